"""Reserve credit for work to come: hold, then capture or release, or it expires."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, InvalidInput, NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.credits.booking import Booking, payers
from wallet.credits.models.holds import HeldCredit, Hold, HoldState
from wallet.credits.operations.caps import refuse_above_caps
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.guard import refuse_without_funds
from wallet.credits.standing import Standing, WalletKey, lock_wallet
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.postings import Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWish:
    """Reserve ``amount`` (more than zero) until ``expires_at``; ``credit`` gets what is captured."""

    sub_account_id: UUID
    amount: Money
    source_type: str
    source_id: UUID
    expires_at: datetime
    description: str = ""
    meter: str | None = None
    product_id: UUID | None = None
    credit: AccountKey | None = None
    id: UUID = field(default_factory=ids.new_id)

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.amount.currency)

    @property
    def target(self) -> AccountKey:
        return self.credit or self.wallet.account(AccountKind.REVENUE_USAGE)


class HoldEnded(DomainError):
    message = _l("This hold has ended: it was captured, released, or it expired.")


class CaptureAboveHold(DomainError):
    status = 422
    field = "amount"
    message = _l("The hold reserves %(held)s; no more than that can be captured.")


def hold(wish: HoldWish, *, now: datetime) -> Hold:
    """New work is about to begin: its price is guarded like a charge, and stays reserved until the hold ends.

    Raises:
        InsufficientFunds: less is available, the agency's overdraft counted in.
        CapReached: a hard cap of the product stands in the way.
        InvalidInput: it would end in the past.
    """
    if wish.expires_at <= now:
        raise InvalidInput({"expires_at": [str(_l("The hold would end in the past."))]})
    standing = lock_wallet(wish.wallet)
    refuse_without_funds(standing, wish.amount, meter=wish.meter, now=now)
    if wish.product_id is not None:
        refuse_above_caps(wish.wallet, wish.product_id, wish.amount, now=now)
    before = standing.available(now=now)
    row = _add(wish, now=now)
    _reserve(standing, wish, now=now)
    tell_falls({standing.key: before}, {standing.key: standing}, now=now)
    return row


def _add(wish: HoldWish, *, now: datetime) -> Hold:
    row = Hold(
        id=wish.id,
        sub_account_id=wish.sub_account_id,
        currency=wish.amount.currency,
        amount=wish.amount.micros,
        captured=0,
        state=HoldState.OPEN,
        source_type=wish.source_type,
        source_id=wish.source_id,
        meter=wish.meter,
        product_id=wish.product_id,
        description=wish.description,
        created_at=now,
        expires_at=wish.expires_at,
        due_at=wish.expires_at,
    )
    session.add(row)
    session.flush()
    return row


def _reserve(standing: Standing, wish: HoldWish, *, now: datetime) -> None:
    split = standing.split(wish.amount, now=now, meter=wish.meter)
    booking = Booking(now=now)
    for position, take in enumerate(split.takes):
        lot = standing.lot_of(take)
        booking.hold(lot, take.amount.micros)
        session.add(
            HeldCredit(
                hold_id=wish.id,
                position=position,
                lot_id=lot.id,
                sub_account_id=wish.sub_account_id,
                amount=take.amount.micros,
            )
        )
    for payer, amount in payers(standing, split.takes, split.short):
        booking.postings.append(
            Posting(
                debit=payer,
                credit=wish.target,
                amount=amount,
                code=Code.HOLD,
                source_type="hold",
                source_id=wish.id,
                journal_id=wish.id,
                reserves_until=wish.expires_at,
            )
        )
    standing.owed_held += split.short
    booking.write()


def find_hold(hold_id: UUID, *, sub_account_id: UUID) -> Hold:
    """A hold of this wallet.

    Raises:
        NotFound: no such hold on it.
    """
    row = session.get(Hold, (scope.agency_id(), hold_id))
    if row is None or row.sub_account_id != sub_account_id:
        raise NotFound
    return row


def due_holds(*, now: datetime, limit: int) -> Sequence[Hold]:
    return session.scalars(select(Hold).where(Hold.due_at <= now).order_by(Hold.due_at).limit(limit)).all()


def reserved(hold_id: UUID) -> Sequence[HeldCredit]:
    """The lots a hold reserves, in burn order."""
    return session.scalars(select(HeldCredit).where(HeldCredit.hold_id == hold_id).order_by(HeldCredit.position)).all()


def open_holds(key: WalletKey) -> Iterable[Hold]:
    return session.scalars(
        select(Hold)
        .where(Hold.sub_account_id == key.sub_account_id, Hold.currency == key.currency, Hold.state == HoldState.OPEN)
        .order_by(Hold.id)
        .execution_options(populate_existing=True)
    )
