import pytest
from sqlalchemy import select, text

from agency.foundation import clock
from agency.foundation.database.session import session
from tests.browsing import hidden, submit, visit
from tests.factories import cards, funds, plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON
from tests.together import beside
from wallet.charges.models import Charge
from wallet.credits.standing import WalletKey, locked


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def client(agency):
    """With a card, $25.00 in its wallet, a subscription and an address in Spanish."""
    opened = tenants.sub_account(agency, email="pagos@norte.example", locale="es")
    cards.card(opened)
    funds.added(opened, "25.00")
    subscriptions.subscription(opened, plans.plan(agency))
    return opened


@pytest.fixture
def program(agency, app):
    """Sends JSON with the agency's key to the closure of a sub-account."""
    headers = staff.bearer(staff.api_key(agency))

    def send(of, *, method="POST", more="", **body):
        with clock.standing_at(NOON):
            address = f"/api/v1/sub-accounts/{of.public_id}/closure{more}"
            return app.test_client().open(address, method=method, headers=headers, json=body or None)

    return send


class TestClosing:
    def test_pays_the_wallet_back_ends_what_runs_and_tells(self, client, program, stripe, owner):
        plan = program(client, method="GET").json
        closed = program(client, reason="Moved away", returned=plan["returned"])
        funds.given_back(client)

        assert (closed.status_code, closed.json["wallet"]["returned"]["amount"]) == (201, "25.00")
        assert closed.json["subscriptions_ended"] == len(plan["endings"]) == 1
        assert [refund["amount"] for refund in stripe.refunded()] == [2500]
        assert "Tu cuenta" in subject(owner, "account_closed")
        assert {"sub_account.closed", "wallet.closed_out", "statement.made"} <= acts(owner)
        funds.verified(client)

    def test_is_refused_where_the_wallet_is_not_as_it_was_shown(self, client, program, stripe):
        funds.spent(client, "1.00")

        answer = program(client, reason="Moved away", returned={"amount": "25.00", "currency": "USD"})

        assert (answer.status_code, answer.json["code"]) == (409, "wallet-moved")
        assert funds.as_it_stands(client).is_open
        assert funds.open_refunds(client) == []

    def test_twice_returns_it_once(self, client, program):
        answers = [program(client, reason="Moved away").status_code for _ in range(2)]

        assert answers == [201, 409]
        assert len(funds.open_refunds(client)) == 1

    def test_that_gives_credit_waits_for_who_settles_its_charge(self, client, agency, program):
        subscriptions.subscription(client, plans.plan(agency, name="Extra"), now=clock.wall())

        with beside(agency.id, lambda: session.scalars(select(Charge).with_for_update()).all(), lambda: wallet(client)):
            answer = program(client, reason="Moved away")

        assert answer.status_code == 201
        assert len(funds.open_refunds(client)) == 1

    def test_waits_for_who_spends_its_wallet(self, client, agency, program):
        with beside(agency.id, lambda: wallet(client), lambda: owe_something(client)):
            answer = program(client, reason="Moved away")

        assert answer.status_code == 201

    def test_moves_on_to_a_successor_of_the_agency_alone(self, client, agency, program):
        stranger, successor = (
            tenants.sub_account(tenants.agency(name="Olive")),
            tenants.sub_account(agency, name="Next"),
        )

        refused = program(client, reason="Merged", successor_id=stranger.public_id)
        moved = program(client, reason="Merged", successor_id=successor.public_id)

        assert (refused.status_code, list(refused.json["errors"])) == (422, ["successor_id"])
        assert (moved.status_code, funds.balance_of(successor)) == (201, funds.dollars("25.00"))
        funds.verified(client)

    def test_recharges_nothing(self, client, program):
        funds.rule(client)

        program(client, reason="Moved away")

        assert funds.recharges(client) == []

    def test_of_what_is_open_returns_no_rest(self, client, program):
        assert program(client, more="/returns").status_code == 409


class TestTheClosingPage:
    @pytest.fixture
    def ana(self, app, agency):
        return staff.signed_in(app, staff.person(agency))

    @pytest.fixture
    def page(self, agency, client):
        return f"/a/{agency.slug}/sub-accounts/{client.public_id}/closure"

    def test_shows_what_goes_where_and_does_that(self, ana, page, client, stripe):
        shown = visit(ana, page).text
        submit(ana, page, reason="Moved away", returned=hidden(shown, "returned"), successor_id="")
        funds.given_back(client)

        assert "Back to Visa 4242" in shown
        assert hidden(shown, "returned") == "25.00"
        assert "Returned" in visit(ana, page).text
        assert [refund["amount"] for refund in stripe.refunded()] == [2500]

    def test_offers_what_a_card_turned_back_again(self, ana, page, client, stripe):
        submit(ana, page, reason="Moved away", returned="25.00", successor_id="")
        funds.refund_failed(client)

        offered = visit(ana, page).text
        submit(ana, f"{page}/returns", page=page)
        funds.given_back(client)

        assert "Turned back" in offered
        assert "came back to the wallet" in offered
        assert [refund["amount"] for refund in stripe.refunded()] == [2500]

    @pytest.mark.parametrize(
        ("field", "wrong"), [("reason", " "), ("returned", "9"), ("returned", "x"), ("successor_id", "sac_x")]
    )
    def test_that_is_filled_in_wrongly_closes_nothing(self, ana, page, client, field, wrong):
        typed = {"reason": "Moved away", "returned": "25.00", "successor_id": ""} | {field: wrong}

        answer = submit(ana, page, **typed)

        assert answer.status_code in {409, 422}
        assert funds.as_it_stands(client).is_open


def subject(owner, template):
    return owner.execute("SELECT subject FROM outgoing_mails WHERE template = %s", [template]).fetchone()[0]


def acts(owner):
    return {act for (act,) in owner.execute("SELECT action FROM audit_entries").fetchall()}


def wallet(of):
    return locked([WalletKey(of.id, "USD")])


def owe_something(of):
    """What refers to the sub-account holds its key."""
    session.execute(text("SELECT 1 FROM sub_accounts WHERE id = :id FOR KEY SHARE"), {"id": of.id})
