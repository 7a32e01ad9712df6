"""What lies behind a wallet's movements: who asked, each try of a card, the receipt."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.charges.models import AttemptState, Charge, ChargeAttempt
from wallet.charges.queries import attempts
from wallet.charges.words import charge_name
from wallet.credits.explanations import Explain, Step
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.operations.monthly import SOURCE as MONTHLY
from wallet.credits.words import LOT_NAMES
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.words import refusal_words
from wallet.recharge.models import Recharge
from wallet.recharge.operations.firing import RECHARGE
from wallet.screens.queries import receipts_of_charge, receipts_of_refund
from wallet.screens.words import card_words
from wallet.top_ups.models import Receipt, ReceiptKind, TopUp, TopUpRefund
from wallet.top_ups.operations.adding import TOP_UP
from wallet.top_ups.operations.refunding import SOURCE as REFUND

LOT = "lot"


def explain_charge(charge_id: UUID) -> Iterable[Step]:
    """From the wish to the document. Credit that no charge of ours brought has nothing behind it."""
    charge = session.get(Charge, (scope.agency_id(), charge_id))
    if charge is None:
        return
    yield from _wish(charge)
    for attempt in attempts(charge_id):
        yield _try(charge, attempt)
    yield from map(receipt_step, receipts_of_charge(charge_id))


def receipt_step(receipt: Receipt) -> Step:
    is_refund = receipt.kind is ReceiptKind.REFUND
    title = _("Receipt of the refund") if is_refund else _("Receipt")
    return Step(kind="receipt", title=title, amount=receipt.amount, subject=receipt.public_id, at=receipt.issued_at)


def _wish(charge: Charge) -> Iterable[Step]:
    key = (scope.agency_id(), charge.source_id)
    if charge.source_type == RECHARGE:
        recharge = session.get_one(Recharge, key)
        yield Step(
            kind="recharge",
            title=_("Automatic recharge"),
            detail=_("The balance had fallen to the threshold."),
            amount=recharge.amount,
            subject=recharge.public_id,
            at=recharge.created_at,
        )
    elif charge.source_type == TOP_UP:
        asked = session.get_one(TopUp, key)
        yield Step(
            kind="top_up",
            title=_("Added by %(name)s", name=asked.requested_by),
            amount=asked.amount,
            subject=asked.public_id,
            at=asked.created_at,
        )


def _try(charge: Charge, attempt: ChargeAttempt) -> Step:
    card = session.get_one(PaymentMethod, (scope.agency_id(), attempt.payment_method_id))
    titles = {
        AttemptState.SETTLED: _("%(card)s was charged", card=card_words(card)),
        AttemptState.DECLINED: _("%(card)s was declined", card=card_words(card)),
    }
    return Step(
        kind="card",
        title=titles.get(attempt.state, _("%(card)s was asked", card=card_words(card))),
        detail=refusal_words(attempt.decline_code) if attempt.state is AttemptState.DECLINED else "",
        amount=charge.amount if attempt.state is AttemptState.SETTLED else None,
        subject=charge.public_id,
        at=attempt.ended_at or attempt.created_at,
    )


def explain_refund(refund_id: UUID) -> Iterable[Step]:
    """Who returned it; what became of each part stands on its receipt."""
    asked = session.get_one(TopUpRefund, (scope.agency_id(), refund_id))
    yield Step(
        kind="refund",
        title=_("Returned by %(name)s", name=asked.requested_by),
        detail=asked.reason,
        amount=asked.amount,
        subject=asked.public_id,
        at=asked.created_at,
    )
    yield from map(receipt_step, receipts_of_refund(refund_id))


def explain_month(monthly_id: UUID) -> Iterable[Step]:
    monthly = session.get_one(MonthlyGrant, (scope.agency_id(), monthly_id))
    yield Step(
        kind="grant",
        title=_("Given every month"),
        amount=monthly.money,
        subject=monthly.public_id,
        at=monthly.created_at,
    )
    yield Step(kind="person", title=_("Begun by %(name)s", name=monthly.created_by), for_agency_only=True)


def explain_lot(lot_id: UUID) -> Iterable[Step]:
    """Of credit that expired: when it was given, and how much."""
    lot = session.get_one(CreditLot, (scope.agency_id(), lot_id))
    given = Money(lot.granted, lot.currency)
    yield Step(
        kind="grant", title=LOT_NAMES[lot.kind], amount=given, detail=charge_name(lot.description), at=lot.effective_at
    )


EXPLANATIONS: dict[str, Explain] = {
    "charge": explain_charge,
    LOT: explain_lot,
    MONTHLY: explain_month,
    REFUND: explain_refund,
}
