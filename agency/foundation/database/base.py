"""The base of every row: its key, its tenant, its name outside."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from agency.foundation import ids
from agency.foundation.database.types import UtcTime
from agency.foundation.tenancy import scope

JsonObject = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcTime, JsonObject: JSONB}


class TenantScoped:
    """A row of one agency: agency id first in its key, from the scope at hand."""

    agency_id: Mapped[UUID] = mapped_column(primary_key=True, default=scope.agency_id, sort_order=-20)


class Identified(TenantScoped):
    """A tenant's row with an id of its own, shown outside as ``prefix_...``."""

    prefix: ClassVar[str]
    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id, sort_order=-19)

    @property
    def public_id(self) -> str:
        return ids.encode(self.prefix, self.id)


def tenant_key(column: str, target: str, *, target_column: str = "id") -> ForeignKeyConstraint:
    """A foreign key that carries the agency, so that a row cannot point into another one."""
    return ForeignKeyConstraint(["agency_id", column], [f"{target}.agency_id", f"{target}.{target_column}"])


def root_key() -> ForeignKeyConstraint:
    """Ties a table that hangs from nothing else to its agency."""
    return ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"])
