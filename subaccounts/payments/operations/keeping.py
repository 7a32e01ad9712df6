"""What a credit note takes back of what was paid: the payer keeps it as credit, and gets a part of it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.invoices.events import IssuedNote
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.payments.booking import PAYMENT
from subaccounts.payments.models.payments import Allocation, Method, Payment, PaymentState
from subaccounts.payments.models.refunds import PaymentRefund
from subaccounts.payments.operations.refunding import RefundWish, new_refund, returned, take_out
from subaccounts.payments.rules.splitting import take, total
from wallet.charges.models import Charge
from wallet.charges.operations import refundable


def keep_notes(issued: Sequence[IssuedNote], *, now: datetime) -> list[PaymentRefund]:
    """Keep what was paid of each as its payer's credit; what is to be refunded goes to the cards that paid, or by hand.

    The notes themselves posted the credit to the ledger. Answers the refunds that are to be sent to cards.
    """
    kept = [(_kept(each, now=now), each.note) for each in issued]
    session.add_all([row for row, _note in kept])
    session.flush()
    return [refund for row, note in kept if note.refund_micros for refund in _give_back(row, note, now=now)]


def _kept(issued: IssuedNote, *, now: datetime) -> Payment:
    note = issued.note
    kept = note.credit + note.refund
    return Payment(
        id=ids.new_id(),
        sub_account_id=note.sub_account_id,
        seller=note.seller,
        customer_id=note.customer_id,
        payer_id=note.payer_id,
        billing_account_id=issued.billing_account_id,
        payer_name=note.payer_name,
        currency=note.currency,
        amount_micros=kept.micros,
        unapplied_micros=kept.micros,
        refunded_micros=0,
        disputed_micros=0,
        method=Method.CREDIT_NOTE,
        state=PaymentState.SETTLED,
        reference=note.number_text,
        received_on=note.issued_on,
        credit_note_id=note.id,
        planned=[],
        requested_by=note.created_by,
        created_at=now,
        ended_at=now,
    )


def _give_back(row: Payment, note: CreditNote, *, now: datetime) -> list[PaymentRefund]:
    """To the cards that paid the invoice, the latest first; what they did not pay is returned by hand."""
    by = Actor(kind="person", name=note.created_by)
    wish = RefundWish(payment_id=row.id, reason=note.reason, reference=note.number_text)
    charges = _charges_of(note)
    parts = take(note.refund, [(charge.id, amount) for charge, amount in charges])
    to_cards = [
        new_refund(row, amount, wish, method=Method.CARD, charge_id=charge_id, by=by, now=now)
        for charge_id, amount in parts.items()
    ]
    for refund in to_cards:
        _taken(row, refund, now=now)
    rest = note.refund - total(parts, note.currency)
    if rest:
        refund = new_refund(row, rest, wish, method=Method.OTHER, charge_id=None, by=by, now=now)
        _taken(row, refund, now=now)
        returned(row, refund, now=now)
    return to_cards


def _taken(row: Payment, refund: PaymentRefund, *, now: datetime) -> None:
    session.add(refund)
    session.flush()
    take_out(row, refund, now=now)


def _charges_of(note: CreditNote) -> list[tuple[Charge, Money]]:
    """The charges that paid the invoice and what each can give back of it, the latest first."""
    paid = dict(
        session.execute(
            select(Allocation.payment_id, func.sum(Allocation.amount_micros))
            .where(Allocation.invoice_id == note.invoice_id)
            .group_by(Allocation.payment_id)
        ).all()
    )
    charges = session.scalars(
        select(Charge).where(Charge.source_type == PAYMENT, Charge.source_id.in_(paid)).order_by(Charge.id.desc())
    )
    return [(each, min(Money(int(paid[each.source_id]), note.currency), refundable(each))) for each in charges]
