from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column


class Archivable:
    """A row that is taken out of sale and never deleted."""

    archived_at: Mapped[datetime | None] = mapped_column(sort_order=20)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
