"""The one door for charging a card and for giving its money back.

A purpose above asks here in its own transaction and hears the end by an event; nothing else calls the processor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from agency.foundation import events, ids
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from wallet.charges.claims import abandon_unsent, locked_charge
from wallet.charges.events import RefundSettled
from wallet.charges.jobs import collect, collect_later, give_back
from wallet.charges.models import (
    Charge,
    ChargeAttempt,
    ChargeState,
    Refund,
    RefundState,
)
from wallet.charges.queries import attempt, open_attempt
from wallet.charges.writing import NET, NewAttempt, NewCharge, write_attempts, write_charges
from wallet.payment_methods.models import PaymentMethod

FOREIGN_REFUND = "processor"


class CardNotYours(DomainError):
    status = 422
    field = "payment_method"
    message = _l("This card belongs to another account, or was removed.")


class NotWholeCoins(DomainError):
    status = 422
    field = "amount"
    message = _l("A card is charged whole coins, and more than none.")


class StillOpen(DomainError):
    message = _l("A charge for this is still under way. Nothing new was tried.")


class RefundTooLarge(DomainError):
    status = 422
    field = "amount"
    message = _l("No more than what this charge has left can be given back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeWish:
    """``off_session``: nobody is there to confirm. ``collects``: the caller runs ``jobs.collect`` after its commit."""

    source_type: str
    source_id: UUID
    card: PaymentMethod
    amount: Money
    description: str
    off_session: bool = True
    collects: bool = False


def request_charge(wish: ChargeWish, *, payer_id: UUID, now: datetime) -> ChargeAttempt:
    """Ask for an amount from a payer's card; the same source asked for twice raises the database's refusal.

    Raises:
        CardNotYours: the card is another payer's, or detached.
        NotWholeCoins: zero, negative, or with a part below the currency's coin.
    """
    [attempt_id] = request_charges([(wish, payer_id)], now=now)
    return attempt(attempt_id)


def request_charges(asked: Sequence[tuple[ChargeWish, UUID]], *, now: datetime) -> list[UUID]:
    """The same for any number of wishes, each with its payer; answers the attempts in their order.

    Raises:
        CardNotYours, NotWholeCoins: as above, and nothing is asked for.
    """
    for wish, payer_id in asked:
        _refuse_foreign(wish.card, payer_id)
        if wish.amount.micros <= 0 or wish.amount != wish.amount.to_minor():
            raise NotWholeCoins
    charges = [
        NewCharge(
            source_type=wish.source_type,
            source_id=wish.source_id,
            payer_id=payer_id,
            card=wish.card,
            amount=wish.amount,
            description=wish.description,
        )
        for wish, payer_id in asked
    ]
    tries = [
        NewAttempt(charge_id=charge.id, card=charge.card, number=1, off_session=wish.off_session)
        for charge, (wish, _payer_id) in zip(charges, asked, strict=True)
    ]
    write_charges(charges, now=now)
    write_attempts(tries, now=now)
    collect_later([each.id for each in tries], wait=NET if asked[0][0].collects else timedelta())
    return [each.id for each in tries]


def try_again(
    charge: Charge, card: PaymentMethod, *, off_session: bool = True, collects: bool = False, now: datetime
) -> ChargeAttempt:
    """Another attempt at a charge that is over, nothing charged; on the same card or another of the payer's.

    Raises:
        StillOpen: the attempt before is not known to be over, or the charge is.
        CardNotYours: as above; the card must also be of the same merchant account.
    """
    charge = locked_charge(charge.id)
    if charge.state not in {ChargeState.DECLINED, ChargeState.ABANDONED}:
        raise StillOpen
    _refuse_foreign(card, charge.payer_id)
    if card.merchant_account_id != charge.merchant_account_id:
        raise CardNotYours
    charge.state, charge.unwanted_since = ChargeState.OPEN, None
    number = session.scalar(select(func.max(ChargeAttempt.number)).where(ChargeAttempt.charge_id == charge.id)) or 0
    again = NewAttempt(charge_id=charge.id, card=card, number=number + 1, off_session=off_session)
    write_attempts([again], now=now)
    collect_later([again.id], wait=NET if collects else timedelta())
    return attempt(again.id)


def abandon(charge: Charge, *, now: datetime) -> bool:
    """Stop wanting it. True: it is over, and nothing was charged.

    False: the processor may have it; it is withdrawn there, and ``ChargeAbandoned`` or ``ChargeSettled`` tells
    the end.
    """
    charge = locked_charge(charge.id)
    if charge.state in {ChargeState.SETTLED, ChargeState.ABANDONED}:
        return charge.state is ChargeState.ABANDONED
    under_way = open_attempt(charge.id)
    if under_way is None or under_way.sent_at is None:
        abandon_unsent(charge, under_way, now=now)
        return True
    charge.unwanted_since = charge.unwanted_since or now
    collect.later(attempt_id=str(under_way.id))
    return False


def request_refund(
    charge: Charge, amount: Money, *, source_type: str, source_id: UUID, collects: bool = False, now: datetime
) -> Refund:
    """Ask to give back a part of a settled charge to its card.

    Raises:
        NotWholeCoins: as above.
        RefundTooLarge: more than was charged less what was given back or is being given back.
    """
    charge = locked_charge(charge.id)
    if amount.micros <= 0 or amount != amount.to_minor():
        raise NotWholeCoins
    if charge.state is not ChargeState.SETTLED or amount > refundable(charge):
        raise RefundTooLarge
    refund = Refund(
        sub_account_id=charge.sub_account_id,
        charge_id=charge.id,
        source_type=source_type,
        source_id=source_id,
        amount_micros=amount.micros,
        currency=amount.currency,
        look_at=func.now() + NET,
        created_at=now,
    )
    session.add(refund)
    session.flush()
    give_back.later(refund_id=str(refund.id), wait=NET if collects else timedelta())
    return refund


def note_refund(charge: Charge, amount: Money, *, stripe_refund: str, now: datetime) -> Refund | None:
    """Keep a refund that somebody gave at the processor's own pages, and tell it; None: it is known already."""
    charge = locked_charge(charge.id)
    if session.scalar(select(Refund.id).where(Refund.charge_id == charge.id, Refund.stripe_refund == stripe_refund)):
        return None
    refund = Refund(
        sub_account_id=charge.sub_account_id,
        charge_id=charge.id,
        source_type=FOREIGN_REFUND,
        source_id=ids.new_id(),
        amount_micros=amount.micros,
        currency=amount.currency,
        state=RefundState.SETTLED,
        stripe_refund=stripe_refund,
        sent_at=func.now(),
        look_at=func.now(),
        created_at=now,
        ended_at=now,
    )
    session.add(refund)
    session.flush()
    events.publish(RefundSettled(refund=refund, charge=charge, at=now))
    return refund


def refundable(charge: Charge) -> Money:
    """What is left of it: failed refunds do not count, open ones do."""
    gone = session.scalar(
        select(func.coalesce(func.sum(Refund.amount_micros), 0)).where(
            Refund.charge_id == charge.id, Refund.state != RefundState.FAILED
        )
    )
    return charge.amount - Money(int(gone or 0), charge.currency)


def _refuse_foreign(card: PaymentMethod, payer_id: UUID) -> None:
    if card.payer_id != payer_id or not card.is_attached:
        raise CardNotYours
