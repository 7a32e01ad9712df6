from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money
from marketplace.installs.rules.shares import Shares


class AppChargeKind(StrEnum):
    """The first three earn; those after them take back of one of those, and *recovered* earns that again."""

    USAGE = "usage"
    ONE_TIME = "one_time"
    RECURRING = "recurring"
    REFUND = "refund"
    DISPUTE = "dispute"
    UNCOLLECTED = "uncollected"
    RECOVERED = "recovered"


class AppCharge(Identified, Base):
    """What an app brought: from the client, and of it to the publisher, the agency and the platform. Only ever added.

    ``event_id`` is the app's own id of what it charges for, once for each install. ``source_id`` is the wallet's
    transaction, or the bill of a period. Tax comes on top of the amount; nobody has a share of it. Below zero where it
    takes back of the one it ``refers_to_id``. What ``is_prepaid`` came from a wallet; ``document_id`` then lists it.
    """

    __tablename__ = "app_charges"
    prefix = "ach"

    sub_account_id: Mapped[UUID]
    install_id: Mapped[UUID]
    app_id: Mapped[UUID] = mapped_column(ForeignKey("apps.id"))
    publisher_id: Mapped[UUID] = mapped_column(ForeignKey("publishers.id"))
    kind: Mapped[AppChargeKind] = mapped_column(Word(AppChargeKind))
    event_id: Mapped[str]
    app_price_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_prices.id"))
    quantity: Mapped[Decimal | None] = mapped_column(Rate)
    unit_price: Mapped[Decimal | None] = mapped_column(Rate)
    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)
    developer_micros: Mapped[int] = mapped_column(Micros)
    agency_micros: Mapped[int] = mapped_column(Micros)
    platform_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    description: Mapped[str]
    source_id: Mapped[UUID]
    refers_to_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    is_prepaid: Mapped[bool]
    charged_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("install_id", "installs"),
        tenant_key("refers_to_id", "app_charges"),
        UniqueConstraint("agency_id", "install_id", "event_id"),
        CheckConstraint("amount_micros = developer_micros + agency_micros + platform_micros", name="shares_add_up"),
        Index("ix_app_charges_install", "agency_id", "install_id", "charged_at"),
        Index("ix_app_charges_refers_to", "agency_id", "refers_to_id"),
        Index("ix_app_charges_source", "agency_id", "source_id"),
        Index("ix_app_charges_publisher", "publisher_id", "charged_at"),
        Index(
            "ix_app_charges_undocumented",
            "agency_id",
            "sub_account_id",
            "charged_at",
            postgresql_where=text("document_id IS NULL AND is_prepaid"),
        ),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def total(self) -> Money:
        return self.amount + self.tax

    @property
    def shares(self) -> Shares:
        developer, agency, platform = (
            Money(micros, self.currency) for micros in (self.developer_micros, self.agency_micros, self.platform_micros)
        )
        return Shares(developer=developer, agency=agency, platform=platform)


class AppHold(TenantScoped, Base):
    """What an open hold of the wallet is for: the app's event, its price and how much of it; the tax held with it."""

    __tablename__ = "app_holds"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    install_id: Mapped[UUID]
    event_id: Mapped[str]
    app_price_id: Mapped[UUID] = mapped_column(ForeignKey("app_prices.id"))
    quantity: Mapped[Decimal] = mapped_column(Rate)
    unit_price: Mapped[Decimal] = mapped_column(Rate)
    list_price: Mapped[Decimal] = mapped_column(Rate)
    tax_micros: Mapped[int] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("hold_id", "holds"),
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("install_id", "installs"),
        UniqueConstraint("agency_id", "install_id", "event_id"),
    )
