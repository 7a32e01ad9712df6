from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Word
from subaccounts.customers.rules import Letter


class Customer(Identified, Base):
    """Whom a sub-account bills: its end customer. ``reference`` is the customer's id in the sub-account's own books.

    To whom documents are made out stands in the payer's billing accounts, one a currency.
    """

    __tablename__ = "customers"
    prefix = "cus"

    sub_account_id: Mapped[UUID]
    payer_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    reference: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payer_id", "payers"),
        Index("uq_customers_payer", "agency_id", "payer_id", unique=True),
        Index("ix_customers_sub_account", "agency_id", "sub_account_id", "id"),
        Index(
            "uq_customers_reference",
            "agency_id",
            "sub_account_id",
            "reference",
            unique=True,
            postgresql_where=text("reference IS NOT NULL"),
        ),
    )


class RefusedLetter(TenantScoped, Base):
    """A kind of letter that the reader at an address does not want of a sub-account; every other is sent."""

    __tablename__ = "refused_letters"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    letter: Mapped[Letter] = mapped_column(Word(Letter), primary_key=True)

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"),)
