from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Word


class ImportState(StrEnum):
    CHECKING = "checking"
    RUNNING = "running"
    DONE = "done"


class InvoiceImport(Identified, Base):
    """A file of invoice lines that somebody brought, and what came of it.

    ``columns`` names the file's column of each field; ``problems`` is a list of ``[line, what is wrong]``.
    """

    __tablename__ = "invoice_imports"
    prefix = "imp"

    sub_account_id: Mapped[UUID]
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSONB)
    state: Mapped[ImportState] = mapped_column(Word(ImportState))
    invoices: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    drafted: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    customers: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_invoice_imports_sub_account", "agency_id", "sub_account_id", "id"),
    )

    @property
    def name(self) -> str:
        return self.file_name
