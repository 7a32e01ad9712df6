from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller
from wallet.charges.rules import DeclineClass


class Method(StrEnum):
    """How money came; *credit_note*: none came, the payer keeps what a note took back of what was paid.

    *wallet*: from the payer's own wallet with its seller.
    """

    CARD = "card"
    CASH = "cash"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    OTHER = "other"
    CREDIT_NOTE = "credit_note"
    WALLET = "wallet"


OFFLINE = (Method.CASH, Method.TRANSFER, Method.CHEQUE, Method.OTHER)


class PaymentState(StrEnum):
    """*processing*: asked for, and its end is not known yet; it blocks what it is to pay."""

    PROCESSING = "processing"
    NEEDS_AUTHENTICATION = "needs_authentication"
    SETTLED = "settled"
    DECLINED = "declined"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES


OPEN_STATES = frozenset({PaymentState.PROCESSING, PaymentState.NEEDS_AUTHENTICATION})


class OfPayer:
    """Whose books it stands in, and who pays; ``customer_id`` None: a sub-account pays its agency."""

    sub_account_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    customer_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)


class Payment(OfPayer, Identified, Base):
    """Money that came from a payer, once.

    Of its amount a part is allocated to invoices, ``unapplied`` is the payer's credit, and the rest was refunded or
    taken back by a dispute. ``planned`` is the split the payer agreed to: ``[invoice id, micros]`` each.
    ``request`` names the request that asked for it; ``due_at`` is when a confirmation nobody gave is given up.
    """

    __tablename__ = "payments"
    prefix = "pay"

    payer_id: Mapped[UUID]
    billing_account_id: Mapped[UUID]
    payer_name: Mapped[str]
    unapplied_micros: Mapped[int] = mapped_column(Micros, default=0)
    refunded_micros: Mapped[int] = mapped_column(Micros, default=0)
    disputed_micros: Mapped[int] = mapped_column(Micros, default=0)
    method: Mapped[Method] = mapped_column(Word(Method))
    state: Mapped[PaymentState] = mapped_column(Word(PaymentState))
    reference: Mapped[str | None]
    received_on: Mapped[date]
    payment_method_id: Mapped[UUID | None]
    card_name: Mapped[str | None]
    decline_class: Mapped[DeclineClass | None] = mapped_column(Word(DeclineClass))
    decline_code: Mapped[str | None]
    credit_note_id: Mapped[UUID | None]
    planned: Mapped[list[list[str]]] = mapped_column(JSONB)
    request: Mapped[str | None]
    requested_by: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("billing_account_id", "billing_accounts"),
        tenant_key("customer_id", "customers"),
        tenant_key("payment_method_id", "payment_methods"),
        tenant_key("credit_note_id", "credit_notes"),
        UniqueConstraint("agency_id", "request"),
        UniqueConstraint("agency_id", "credit_note_id"),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
        CheckConstraint("least(unapplied_micros, refunded_micros, disputed_micros) >= 0", name="parts_never_negative"),
        CheckConstraint(
            "unapplied_micros + refunded_micros + disputed_micros <= amount_micros", name="parts_within_the_amount"
        ),
        Index("ix_payments_seller", "agency_id", "sub_account_id", "seller", "id"),
        Index("ix_payments_payer", "agency_id", "payer_id", "id"),
        Index(
            "ix_payments_open",
            "agency_id",
            "payer_id",
            postgresql_where=text("state IN ('processing', 'needs_authentication')"),
        ),
        Index("ix_payments_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    @property
    def unapplied(self) -> Money:
        """The payer's credit: nothing was paid with it yet."""
        return Money(self.unapplied_micros, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_micros, self.currency)

    @property
    def disputed(self) -> Money:
        return Money(self.disputed_micros, self.currency)

    @property
    def left(self) -> Money:
        """What of it is still with the seller: allocated or unapplied."""
        return self.amount - self.refunded - self.disputed

    @property
    def split(self) -> dict[UUID, Money]:
        """What it is, or was, to pay of each invoice."""
        return {UUID(invoice_id): Money(int(micros), self.currency) for invoice_id, micros in self.planned}

    @property
    def name(self) -> str:
        return self.public_id


class Cause(StrEnum):
    """Why something was put to an invoice or taken back from it."""

    PAYMENT = "payment"
    CREDIT = "credit"
    REFUND = "refund"
    DISPUTE = "dispute"
    RESTORED = "restored"


class Allocation(OfPayer, Identified, Base):
    """A part of a payment put to an invoice; below zero it was taken back. Rows are only added."""

    __tablename__ = "allocations"
    prefix = "alo"

    payment_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    cause: Mapped[Cause] = mapped_column(Word(Cause))
    cause_id: Mapped[UUID]
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("payment_id", "payments"),
        tenant_key("invoice_id", "invoices"),
        CheckConstraint("amount_micros <> 0", name="moves_something"),
        Index("ix_allocations_payment", "agency_id", "payment_id", "id"),
        Index("ix_allocations_invoice", "agency_id", "invoice_id", "id"),
    )
