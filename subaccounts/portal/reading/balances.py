"""What a customer owes in all: sum of open balances less unapplied credit, per currency. Read as the portal's role."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, State


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


def balances(customer_id: UUID, *, home: str) -> list[Balance]:
    """One for each currency in which something is owed or kept, that of the seller first and always."""
    owed = (
        select(Invoice.currency, func.sum(Invoice.balance_micros))
        .where(Invoice.customer_id == customer_id, Invoice.seller == Seller.SUB_ACCOUNT, Invoice.state == State.OPEN)
        .group_by(Invoice.currency)
    )
    rows = session.execute(owed)
    found = {currency: Balance(owed=Money(int(owes), currency), credit=Money.zero(currency)) for currency, owes in rows}
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
