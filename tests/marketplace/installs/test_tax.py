"""What an app takes from a wallet is taxed like all else that its client pays; nobody has a share of the tax."""

from datetime import timedelta

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from marketplace.installs.models.charges import AppCharge
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import marketplace, plans
from tests.factories.tenants import NOON
from tests.marketplace.installs.calls import usage
from wallet.ledger.checks import verify

MONEY = {"currency": "USD"}


@pytest.fixture
def taxed(agency):
    return plans.tax(agency, percent="10", country="US")


@pytest.mark.usefixtures("taxed")
class TestACharge:
    def test_is_taxed_on_top_and_shared_without(self, calls, client_of_agency):
        charged = calls.charge(quantity="2")

        assert (charged["amount"]["amount"], charged["tax"]["amount"]) == ("1.25", "0.125")
        assert calls.balance(client_of_agency) == "18.625 USD"
        assert calls.shares() == ["0.8000", "0.4000", "0.0500"]

    def test_needs_funds_for_its_tax(self, calls):
        asked = calls.ask("/has-funds", usage("asked", "32"), expect=200)

        assert (asked["amount"]["amount"], asked["tax"]["amount"], asked["has_funds"]) == ("20.00", "2.00", False)
        assert calls.charge(quantity="32", expect=402)["code"] == "insufficient-funds"

    def test_captured_of_a_hold_keeps_the_tax_of_its_part(self, calls, client_of_agency):
        held = calls.hold(quantity="4")

        captured = calls.ask(f"/holds/{held['id']}/capture", {"quantity": "2"})

        assert (held["amount"]["amount"], captured["tax"]["amount"]) == ("2.75", "0.125")
        assert calls.balance(client_of_agency) == "18.625 USD"
        assert calls.shares() == ["0.8000", "0.4000", "0.0500"]

    def test_given_back_takes_its_tax_along(self, calls, client_of_agency):
        charged = calls.charge(quantity="2")

        part = calls.refund(charged, amount=MONEY | {"amount": "0.333333"})
        assert part["tax"]["amount"] == "-0.033333"

        calls.refund(charged, "back-2")
        assert calls.balance(client_of_agency) == "20.00 USD"
        assert calls.shares() == ["0.0000", "0.0000", "0.0000"]


class TestTheDocument:
    @pytest.fixture
    def licensed(self, agency, client_of_agency):
        """An app with a licence that is paid once, and a plan whose first bill comes with the install."""
        plans.tax(agency, percent="10", country="US", effective_from=NOON - timedelta(days=1))
        app = marketplace.listed(marketplace.once(), marketplace.plan(), marketplace.usage())
        marketplace.offered(agency, app, markup="1.25")
        marketplace.funded(client_of_agency, "50.00")
        return marketplace.installed(client_of_agency, app, "starter", collection=Collection.WALLET)

    def test_lists_what_the_wallet_paid(self, licensed):
        with scope.of_agency(licensed.agency_id), transaction():
            invoice = session.query(Invoice).one()
            line = session.query(InvoiceLine).filter(InvoiceLine.wallet_micros.is_not(None)).one()
            once = session.query(AppCharge).filter_by(kind="one_time").one()

            assert (line.description, line.net.plain(), line.tax.plain()) == ("Página Lista · Licence", "12.50", "1.25")
            assert (invoice.total.plain(), invoice.wallet_paid.plain()) == ("41.25", "13.75")
            assert once.document_id == invoice.id
            assert verify(licensed.agency_id) == []
