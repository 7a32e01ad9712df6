"""Complimentary credit: one-off, and with every period of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import String

from agency.foundation import events, ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.events import CreditGranted
from wallet.credits.models.lots import CreditLot
from wallet.credits.rules.lots import LotKind
from wallet.credits.rules.monthly import Unused, expiry, upgrade_grant
from wallet.credits.standing import Standing, WalletKey, locked
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Give ``amount`` (more than zero) away.

    Attributes:
        origin: names the occasion; the same occasion gives credit once.
        meters: pays for usage of these alone; None: for anything.
        priority: a lower number burns first.
    """

    sub_account_id: UUID
    amount: Money
    source_type: str
    source_id: UUID
    description: str = ""
    expires_at: datetime | None = None
    meters: frozenset[str] | None = None
    priority: int = 0
    id: UUID = field(default_factory=ids.new_id)
    origin: str = ""

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.amount.currency)

    @property
    def occasion(self) -> str:
        return self.origin or f"grant:{self.id}"


def grant_once(wish: Grant, *, by: Actor, now: datetime) -> CreditLot:
    """A person or a key gives credit to one wallet; asked for again, it answers with the lot of then."""
    given = grant([wish], now=now)
    if not given:
        return session.scalars(select(CreditLot).where(CreditLot.origin == wish.occasion)).one()
    [lot] = given
    record(
        "wallet.credit_granted",
        lot,
        by=by,
        now=now,
        after={"amount": str(wish.amount), "reason": wish.description},
        sub_account_id=wish.sub_account_id,
    )
    return lot


def grant(wishes: Sequence[Grant], *, now: datetime) -> list[CreditLot]:
    """Give credit to any number of wallets; answers the new lots, without those whose occasion had its credit."""
    standings = locked({wish.wallet for wish in wishes})
    given = _given([wish.occasion for wish in wishes])
    booking = Booking(now=now)
    for wish in wishes:
        if wish.occasion not in given:
            given.add(wish.occasion)
            _give(booking, standings[wish.wallet], wish)
    booking.write()
    if booking.new_lots:
        events.publish(CreditGranted(lots=tuple(booking.new_lots), at=now))
    return booking.new_lots


def _given(occasions: list[str]) -> set[str]:
    """Asked under the wallets' locks, so that nobody else is giving the same now."""
    found = session.scalars(select(CreditLot.origin).where(CreditLot.origin == any_(literal(occasions, ARRAY(String)))))
    return set(found)


def _give(booking: Booking, standing: Standing, wish: Grant) -> None:
    snapshot, key = Snapshot.of(standing), standing.key
    entry = Entry(
        id=wish.id,
        kind=Code.GRANT,
        source_type=wish.source_type,
        source_id=wish.source_id,
        description=wish.description,
    )
    lot = new_lot(
        standing,
        LotKind.COMPLIMENTARY,
        wish.amount,
        origin=wish.occasion,
        now=booking.now,
        expires_at=wish.expires_at,
        meters=wish.meters,
        priority=wish.priority,
        description=wish.description,
    )
    booking.add_lot(standing, lot)
    booking.post(
        entry,
        key.account(AccountKind.COMPLIMENTARY_EXPENSE),
        key.account(AccountKind.COMPLIMENTARY_CREDIT),
        wish.amount,
    )
    booking.enter(standing, entry, snapshot)


def period_grant(
    subscription_id: UUID,
    sub_account_id: UUID,
    amount: Money,
    *,
    period_start: datetime,
    period_end: datetime,
    unused: Unused,
    meters: frozenset[str] | None = None,
    description: str = "",
) -> Grant:
    """The credit that comes with one period of a subscription, given once however often it is asked for."""
    return Grant(
        sub_account_id=sub_account_id,
        amount=amount,
        source_type="subscription",
        source_id=subscription_id,
        description=description,
        expires_at=expiry(unused, period_end=period_end),
        meters=meters,
        origin=f"period:{subscription_id}:{period_start.isoformat()}",
    )


def same_for(base: Grant, subscription_id: UUID, sub_account_id: UUID) -> Grant:
    """A period's grant as another subscription, of another wallet, has it."""
    origin = base.origin.replace(str(base.source_id), str(subscription_id))
    return replace(base, source_id=subscription_id, sub_account_id=sub_account_id, origin=origin, id=ids.new_id())


def upgraded(base: Grant, change_id: UUID, *, old: Money, share_left: Fraction) -> Grant | None:
    """What an upgrade adds at once to a period's grant of ``base``, which has the new plan's amount.

    ``old`` is the former plan's credit of a full period, ``share_left`` the part of the period yet to come.
    None: the new plan brings no more.
    """
    amount = upgrade_grant(old=old, new=base.amount, share_left=share_left)
    if not amount:
        return None
    return replace(base, amount=amount, origin=f"{base.origin}:{change_id}", id=ids.new_id())
