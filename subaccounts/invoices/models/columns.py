"""What a draft and the invoice that it becomes have in common."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money
from agency.plans.rules.tax import Rounding, TaxTerms
from wallet.ledger.chart import AccountKind


class Seller(StrEnum):
    """Who sells: the agency to a sub-account, or a sub-account to a customer of its own."""

    AGENCY = "agency"
    SUB_ACCOUNT = "sub_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSource:
    """What brought a line: ``type`` "subscription", "usage" or "app", its id, the component and the period it bills."""

    type: str
    id: UUID
    component: str | None = None
    period_start: str | None = None
    period_end: str | None = None


class DocumentColumns:
    """``sub_account_id`` is whose books it stands in: the payer's where the agency sells, else the seller's.

    ``period_start`` is inclusive and ``period_end`` exclusive, days of the seller. ``custom_fields`` is a list of
    ``[label, value]``. ``wallet_micros`` of the total a wallet paid already.
    """

    sub_account_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    payer_id: Mapped[UUID]
    billing_account_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    payer_name: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    due_on: Mapped[date | None]
    due_days: Mapped[int]
    purchase_order: Mapped[str | None]
    beneficiary: Mapped[str | None]
    notes: Mapped[str | None]
    terms: Mapped[str | None]
    custom_fields: Mapped[list[list[str]]] = mapped_column(JSONB)
    prices_include_tax: Mapped[bool]
    rounding: Mapped[Rounding] = mapped_column(Word(Rounding))
    net_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    total_micros: Mapped[int] = mapped_column(Micros)
    wallet_micros: Mapped[int] = mapped_column(Micros)
    is_generated: Mapped[bool]
    origin: Mapped[str | None]

    @property
    def period_last(self) -> date | None:
        """The period's last day, as people say it."""
        return self.period_end - timedelta(days=1) if self.period_end else None

    @property
    def tax_terms(self) -> TaxTerms:
        """As they were when it was drafted."""
        return TaxTerms(
            currency=self.currency, prices_include_tax=self.prices_include_tax, rounding=Rounding(self.rounding)
        )

    @property
    def net(self) -> Money:
        return Money(self.net_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_micros, self.currency)

    @property
    def wallet_paid(self) -> Money:
        return Money(self.wallet_micros, self.currency)


class LineColumns:
    """``amount_micros`` is what the line says, in whole coins, with tax inside where prices include it.

    ``taxes`` is a list of ``{"name", "percent", "treatment", "reason"}``. ``wallet_micros`` is what a wallet paid
    for it already, tax included and finer than a coin; None where the invoice asks for it.
    """

    sub_account_id: Mapped[UUID]
    position: Mapped[int]
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Rate)
    unit: Mapped[str | None]
    unit_price: Mapped[Decimal] = mapped_column(Rate)
    amount_micros: Mapped[int] = mapped_column(Micros)
    net_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    wallet_micros: Mapped[int | None] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    revenue: Mapped[AccountKind] = mapped_column(Word(AccountKind))
    provider_id: Mapped[UUID | None]
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    replaces_id: Mapped[UUID | None]

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def gross(self) -> Money:
        return Money(self.net_micros + self.tax_micros, self.currency)
