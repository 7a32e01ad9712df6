"""Unspent purchased credit goes back: out of the ledger, onto the cards, with receipts, as one act."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from wallet.charges.models import Charge, ChargeAttempt
from wallet.charges.operations import request_refund
from wallet.credits.models.lots import CreditLot
from wallet.credits.operations.refunds import in_coins, refund, undo_refund
from wallet.credits.rules.returns import refund_takes
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.top_ups.models import ReceiptKind, RefundPartState, TopUpRefund, TopUpRefundPart
from wallet.top_ups.operations.receipts import issue

SOURCE = "top_up_refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """``request`` names the request, which is then done once."""

    sub_account: SubAccount
    amount: Money
    reason: str
    request: str | None = None

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account.id, self.sub_account.currency)


def request_refund_of_top_ups(wish: RefundWish, *, collects: bool, by: Actor, now: datetime) -> TopUpRefund:
    """Take the credit out and ask the door to give the money back; each part succeeds or is undone by itself.

    Where it ``collects``, the caller itself runs ``charges.jobs.give_back`` for each of ``queries.card_refunds``
    after its commit; else the job does, and the caller waits for nothing.

    Raises:
        RefundAboveUnspent: more than is unspent of what was purchased, counted in whole coins of each purchase.
        InvalidInput: not more than zero, or with a part smaller than a coin.
    """
    lock_charges(wish.wallet)
    standing = lock_wallet(wish.wallet)
    takes = refund_takes(in_coins(standing.left), wish.amount)
    made = TopUpRefund(
        id=ids.new_id(),
        sub_account_id=wish.sub_account.id,
        amount_micros=wish.amount.micros,
        currency=wish.amount.currency,
        reason=wish.reason,
        requested_by=by.name,
        request=wish.request,
        created_at=now,
    )
    session.add(made)
    session.flush()
    for take in takes:
        _take_out(made, take.amount, wish, collects=collects, now=now)
    record(
        "wallet.refund_requested",
        made,
        by=by,
        now=now,
        after={"amount": str(wish.amount), "reason": wish.reason},
        sub_account_id=made.sub_account_id,
    )
    return made


def lock_charges(wallet: WalletKey) -> None:
    """A charge is locked before its wallet, as where it settles: or two who come at once wait for each other."""
    bought = select(CreditLot.charge_id).where(
        CreditLot.sub_account_id == wallet.sub_account_id, CreditLot.remaining > 0, CreditLot.charge_id.is_not(None)
    )
    session.execute(select(Charge.id).where(Charge.id.in_(bought)).order_by(Charge.id).with_for_update())


def _take_out(made: TopUpRefund, amount: Money, wish: RefundWish, *, collects: bool, now: datetime) -> None:
    """One lot's worth, which is the newest's: so it is one charge's."""
    part_id = ids.new_id()
    taken = refund(wish.wallet, amount, source_type=SOURCE, source_id=made.id, description=wish.reason, now=now)
    charge_id = taken.parts[0].charge_id
    session.add(
        TopUpRefundPart(
            id=part_id,
            sub_account_id=made.sub_account_id,
            refund_id=made.id,
            charge_id=charge_id,
            transaction_id=taken.transaction.id,
            amount_micros=amount.micros,
            bonus_micros=taken.bonus_clawed_back.micros,
            currency=amount.currency,
            state=RefundPartState.BY_HAND if charge_id is None else RefundPartState.PROCESSING,
        )
    )
    session.flush()
    if charge_id is not None:
        charge = session.get_one(Charge, (scope.agency_id(), charge_id))
        request_refund(charge, amount, source_type=SOURCE, source_id=part_id, collects=collects, now=now)


def returned(part: TopUpRefundPart, charge: Charge, *, now: datetime) -> None:
    """The money is on its way to the card."""
    part.state, part.ended_at = RefundPartState.SETTLED, now
    session.flush()
    issue(ReceiptKind.REFUND, charge, card_of(charge), part.amount, refund_part_id=part.id, now=now)


def refused(part: TopUpRefundPart, failure: str | None, *, now: datetime) -> None:
    """The card would not take it, at once or days later: the wallet has its credit again."""
    if part.state is RefundPartState.FAILED:
        return
    part.state, part.ended_at, part.failure = RefundPartState.FAILED, now, failure
    session.flush()
    undo_refund(part.transaction_id, now=now)


def card_of(charge: Charge) -> UUID:
    """The card that paid."""
    return session.scalars(
        select(ChargeAttempt.payment_method_id)
        .where(ChargeAttempt.charge_id == charge.id)
        .order_by(ChargeAttempt.number.desc())
        .limit(1)
    ).one()
