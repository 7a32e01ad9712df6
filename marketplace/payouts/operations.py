"""The operator says what the platform paid to a publisher, and takes a mistake back; the books follow."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.webhooks.operations import announce
from marketplace.catalogue.models.apps import Publisher
from marketplace.payouts import queries
from marketplace.payouts.booking import book_parts
from marketplace.payouts.models import Payout
from marketplace.payouts.queries import Debtor
from marketplace.payouts.rules import allocated
from marketplace.payouts.schemas import PayoutAnswer


class MoreThanDue(DomainError):
    status = 422
    field = "amount"
    message = _l("At most %(due)s is due.")


class PaidLater(DomainError):
    status = 422
    field = "paid_on"
    message = _l("Choose a day that has come.")


class ReferenceUsed(DomainError):
    field = "reference"
    message = _l("Another payout has this reference.")


class PayoutUnbooked(DomainError):
    message = _l("The payout before is still being booked. Try again in a moment.")


class NoPayout(DomainError):
    message = _l("A correction is taken back by a new payout.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutWish:
    amount: Money
    paid_on: date
    reference: str


def record_payout(wish: PayoutWish, *, by: Actor, now: datetime) -> Payout:
    """Keep what was paid to the publisher at hand; said again, it is the same one.

    The debts of agencies fall soon after, each in its agency's own transaction.

    Raises:
        MoreThanDue
        PaidLater: on a day to come.
        ReferenceUsed: by a payout of another amount or day.
        PayoutUnbooked: what is owed is not known before it is.
    """
    _lock()
    known = queries.standing(wish.reference)
    if known is not None:
        if (known.amount, known.paid_on) != (wish.amount, wish.paid_on):
            raise ReferenceUsed
        return known
    if wish.paid_on > now.date():
        raise PaidLater
    owed = _owed(wish.amount)
    row = Payout(
        currency=wish.amount.currency,
        amount_micros=wish.amount.micros,
        paid_on=wish.paid_on,
        reference=wish.reference,
        recorded_at=now,
    )
    _keep(row, allocated(owed, row.amount_micros), now=now)
    said = {"amount": str(row.amount), "paid_on": row.paid_on.isoformat(), "reference": row.reference}
    record("payout.recorded", row, by=by, now=now, after=said)
    _tell("payout.recorded", row, now=now)
    return row


def _owed(amount: Money) -> Mapping[Debtor, int]:
    if queries.is_unbooked():
        raise PayoutUnbooked
    owed = queries.owed(amount.currency)
    due = Money(sum(owed.values()), amount.currency)
    if amount > due or amount.micros <= 0:
        raise MoreThanDue(due=due)
    return owed


def correct_payout(payout: Payout, *, by: Actor, now: datetime) -> Payout:
    """Take back a payout that was recorded by mistake; all of it is due again. Said again, it is the same correction.

    Raises:
        NoPayout: it is a correction itself.
        PayoutUnbooked
    """
    _lock()
    session.refresh(payout)
    if payout.corrects_id is not None:
        raise NoPayout
    if payout.corrected_at is not None:
        return queries.correction(payout)
    if queries.is_unbooked():
        raise PayoutUnbooked
    row = Payout(
        currency=payout.currency,
        amount_micros=-payout.amount_micros,
        paid_on=payout.paid_on,
        reference=payout.reference,
        recorded_at=now,
        corrects_id=payout.id,
    )
    payout.corrected_at = now
    _keep(row, {debtor: -micros for debtor, micros in queries.parts(payout).items()}, now=now)
    record("payout.corrected", payout, by=by, now=now)
    _tell("payout.corrected", row, now=now)
    return row


def _lock() -> None:
    """One payout of a publisher at a time; what its apps bring meanwhile refers to it, and need not wait."""
    session.get_one(Publisher, scope.agency_id(), with_for_update={"key_share": True})


def _tell(kind: str, row: Payout, *, now: datetime) -> None:
    announce(kind, {"payout": PayoutAnswer().dump(row)}, sub_account_id=None, now=now)


def _keep(row: Payout, parts: Mapping[Debtor, int], *, now: datetime) -> None:
    session.add(row)
    session.flush()
    of_agencies: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for debtor, micros in parts.items():
        of_agencies[str(debtor.agency_id)][str(debtor.sub_account_id)] = micros
    for agency_id, micros_of in of_agencies.items():
        book_parts.later(
            agency_id=agency_id,
            publisher_id=str(scope.agency_id()),
            payout_id=str(row.id),
            currency=row.currency,
            parts=micros_of,
            at=now.isoformat(),
        )
