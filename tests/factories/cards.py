"""Cards on file, as the local Stripe knows them. Its tokens say what each card does: ``pm_card_visa`` pays."""

from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from tests.factories.tenants import NOON
from wallet.billing_accounts.queries import payer_of
from wallet.charges import jobs, operations
from wallet.charges.models import Charge, ChargeAttempt, Refund
from wallet.charges.operations import ChargeWish
from wallet.charges.queries import attempt as attempt_of
from wallet.payment_methods import setups
from wallet.payment_methods.models import PaymentMethod

# Takes setups and refuses every charge; the local Stripe's control changes what a card does afterwards.
PAYS = "pm_card_visa"
DECLINING = "pm_card_chargeCustomerFail"
ASKS_ITS_BANK = "pm_card_threeDSecure2Required"


def card(of: SubAccount, behaviour: str = PAYS, *, now: datetime = NOON) -> PaymentMethod:
    """A card of the sub-account, put on file as the API does it."""
    with scope.of_agency(of.agency_id):
        with transaction():
            consent = setups.Consent(text="Charge this card.", by="Ana Ruiz", at=now)
            setup_id = setups.request_setup(payer_of(of.id), consent, token=behaviour, now=now).id
        setups.begin(setup_id, now=now)
        added = setups.finish(setup_id, now=now)
    assert added is not None
    return added


def attempt(
    at: PaymentMethod,
    amount: str = "25.00",
    *,
    source_id: UUID | None = None,
    off_session: bool = True,
    now: datetime = NOON,
) -> ChargeAttempt:
    """A charge that was asked for and not yet tried."""
    wish = ChargeWish(
        source_type="test",
        source_id=source_id or ids.new_id(),
        card=at,
        amount=Money.of(amount, "USD"),
        description="Add funds",
        off_session=off_session,
    )
    with scope.of_agency(at.agency_id), transaction():
        return operations.request_charge(wish, payer_id=at.payer_id, now=now)


def collected(requested: ChargeAttempt) -> ChargeAttempt:
    """The attempt after the door has worked on it once."""
    with scope.of_agency(requested.agency_id):
        jobs.collect(attempt_id=str(requested.id))
        with transaction():
            return attempt_of(requested.id)


def settled_charge(at: PaymentMethod, amount: str = "25.00") -> Charge:
    done = collected(attempt(at, amount))
    with scope.of_agency(at.agency_id), transaction():
        return session.get_one(Charge, (done.agency_id, done.charge_id), populate_existing=True)


def refund(of: Charge, amount: str) -> Refund:
    """Asked for and not yet sent."""
    with scope.of_agency(of.agency_id), transaction():
        return operations.request_refund(
            of, Money.of(amount, of.currency), source_type="test", source_id=ids.new_id(), now=NOON
        )


def given_back(requested: Refund) -> Refund:
    """The refund after the door has worked on it once."""
    with scope.of_agency(requested.agency_id):
        jobs.give_back(refund_id=str(requested.id))
        with transaction():
            return session.get_one(Refund, (requested.agency_id, requested.id), populate_existing=True)
