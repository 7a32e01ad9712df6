from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key
from agency.foundation.database.types import Word
from agency.plans.models.archivable import Archivable
from agency.plans.rules.aggregation import Aggregation


class Meter(Archivable, Identified, Base):
    """What usage is counted in, under the code that usage events name.

    A unique count tells events apart by their property ``unique_by``, or by their member.
    """

    __tablename__ = "meters"
    prefix = "mtr"

    code: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    aggregation: Mapped[Aggregation] = mapped_column(Word(Aggregation))
    unique_by: Mapped[str | None]
    is_built_in: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    __table_args__ = (root_key(), UniqueConstraint("agency_id", "code"))
