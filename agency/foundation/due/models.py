from datetime import datetime

from sqlalchemy.orm import Mapped

from agency.foundation.database.base import Base, Identified, root_key


class ClockStep(Identified, Base):
    """A moment at which a sandbox's clock stopped on its way, and the work that was due there, by its source's name."""

    __tablename__ = "clock_steps"
    prefix = "cst"

    at: Mapped[datetime]
    work: Mapped[str]

    __table_args__ = (root_key(),)
