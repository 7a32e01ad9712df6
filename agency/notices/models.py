from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, TenantScoped, tenant_key
from agency.foundation.database.types import Word
from agency.notices.rules import Notice


class RefusedNotice(TenantScoped, Base):
    """A kind of letter that somebody of a sub-account's team does not want; every other is sent to them."""

    __tablename__ = "refused_notices"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    notice: Mapped[Notice] = mapped_column(Word(Notice), primary_key=True)

    __table_args__ = (tenant_key("person_id", "people"), tenant_key("sub_account_id", "sub_accounts"))
