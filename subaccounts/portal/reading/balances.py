"""What a customer owes in all: sum of open balances less unapplied credit, per currency. Read as the portal's role."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, literal, select, union_all

from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.payments.models.payments import Payment, PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """``total`` = ``owed`` - ``credit``; below zero the seller owes the customer."""

    owed: Money
    credit: Money

    @property
    def currency(self) -> str:
        return self.owed.currency

    @property
    def total(self) -> Money:
        return self.owed - self.credit


_OWED = (
    select(Invoice.currency.label("currency"), func.sum(Invoice.balance_micros).label("owed"), literal(0).label("kept"))
    .where(
        Invoice.customer_id == bindparam("customer_id"),
        Invoice.seller == Seller.SUB_ACCOUNT,
        Invoice.state == State.OPEN,
    )
    .group_by(Invoice.currency)
)
_KEPT = (
    select(Payment.currency, literal(0), func.sum(Payment.unapplied_micros))
    .where(
        Payment.customer_id == bindparam("customer_id"),
        Payment.seller == Seller.SUB_ACCOUNT,
        Payment.state == PaymentState.SETTLED,
        Payment.unapplied_micros > 0,
    )
    .group_by(Payment.currency)
)
_BOTH = union_all(_OWED, _KEPT).subquery()
BY_CURRENCY = (
    select(_BOTH.c.currency, func.sum(_BOTH.c.owed), func.sum(_BOTH.c.kept))
    .group_by(_BOTH.c.currency)
    .execution_options(prepared=True)
)


def balances(customer_id: UUID, *, home: str) -> list[Balance]:
    """One for each currency in which something is owed or kept, that of the seller first and always."""
    found = {
        currency: Balance(owed=Money(int(owes), currency), credit=Money(int(keeps), currency))
        for currency, owes, keeps in session.execute(BY_CURRENCY, {"customer_id": customer_id})
    }
    nothing = Balance(owed=Money.zero(home), credit=Money.zero(home))
    return [found.pop(home, nothing), *(found[currency] for currency in sorted(found))]


def open_invoices(customer_id: UUID, currency: str) -> Sequence[Invoice]:
    """What the sum of open balances consists of, the earliest due first."""
    query = select(Invoice).where(
        Invoice.customer_id == customer_id,
        Invoice.seller == Seller.SUB_ACCOUNT,
        Invoice.state == State.OPEN,
        Invoice.currency == currency,
    )
    return session.scalars(query.order_by(Invoice.due_on, Invoice.id)).all()


def credits_kept(customer_id: UUID, currency: str) -> Sequence[Payment]:
    """What the unapplied credit consists of."""
    query = select(Payment).where(
        Payment.customer_id == customer_id,
        Payment.seller == Seller.SUB_ACCOUNT,
        Payment.state == PaymentState.SETTLED,
        Payment.unapplied_micros > 0,
        Payment.currency == currency,
    )
    return session.scalars(query.order_by(Payment.id)).all()
