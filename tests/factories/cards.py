"""Cards on file, as the local Stripe knows them. Its tokens say what each card does: ``pm_card_visa`` pays."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import httpx

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from tests.factories.tenants import NOON
from wallet.billing_accounts.queries import payer_of
from wallet.charges import jobs, operations
from wallet.charges.models import AttemptState, Charge, ChargeAttempt, ChargeState, Refund
from wallet.charges.operations import ChargeWish
from wallet.charges.queries import attempt as attempt_of
from wallet.merchant_accounts import keys
from wallet.payment_methods import setups
from wallet.payment_methods.models import PaymentMethod

Row = TypeVar("Row", PaymentMethod, ChargeAttempt, Charge, Refund)
# Takes setups and refuses every charge; the local Stripe's control changes what a card does afterwards.
PAYS = "pm_card_visa"
DECLINING = "pm_card_chargeCustomerFail"
ASKS_ITS_BANK = "pm_card_threeDSecure2Required"
# What the processor calls a setup that waits for its cardholder.
REQUIRES_ACTION = "requires_action"


def card(of: SubAccount, behaviour: str = PAYS, *, now: datetime = NOON) -> PaymentMethod:
    """A card of the sub-account, put on file as the API does it."""
    with scope.of_agency(of.agency_id):
        with transaction():
            consent = setups.Consent(text="Charge this card.", by="Ana Ruiz", at=now)
            setup_id = setups.request_setup(payer_of(of.id), consent, token=behaviour, now=now).id
        begun = setups.begin(setup_id, now=now)
        if begun.status == REQUIRES_ACTION:
            confirm(begun.intent)
        added = setups.finish(setup_id, now=now)
    assert added is not None
    return _apart(added)


def _apart(row: Row) -> Row:
    """As it stands now, whatever becomes of it: the session hands out one object for one row."""
    session.expunge(row)
    return row


def confirm(intent: str, outcome: str = "succeeded") -> None:
    """What the cardholder does at their bank's page."""
    url = f"{keys.settings().stripe_api_base}/_control/intents/{intent}/authentication"
    httpx.post(url, json={"outcome": outcome}, timeout=20).raise_for_status()


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


def past_tries(
    at: PaymentMethod, count: int, *, tried_at: datetime = NOON, state: AttemptState = AttemptState.DECLINED
) -> None:
    """Attempts of before, declined by default, which the processor need not know."""
    for _each in range(count):
        declined = attempt(at, "1.00", now=tried_at)
        with scope.of_agency(at.agency_id), transaction():
            row = session.get_one(ChargeAttempt, (at.agency_id, declined.id))
            row.state, row.tried_at, row.sent_at = state, tried_at, tried_at
            session.get_one(Charge, (at.agency_id, row.charge_id)).state = ChargeState(state)


def collected(requested: ChargeAttempt) -> ChargeAttempt:
    """The attempt after the door has worked on it once."""
    with scope.of_agency(requested.agency_id):
        jobs.collect(attempt_id=str(requested.id))
        with transaction():
            return _apart(attempt_of(requested.id))


def settled_charge(at: PaymentMethod, amount: str = "25.00") -> Charge:
    done = collected(attempt(at, amount))
    with scope.of_agency(at.agency_id), transaction():
        return _apart(session.get_one(Charge, (done.agency_id, done.charge_id), populate_existing=True))


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
            return _apart(session.get_one(Refund, (requested.agency_id, requested.id), populate_existing=True))
