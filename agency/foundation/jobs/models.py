from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, root_key
from agency.foundation.database.types import UtcTime, Word
from agency.foundation.tenancy import scope


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Identified, Base):
    """The truth of a job; the queue only delivers it. A lease says who runs it, and until when."""

    __tablename__ = "jobs"
    prefix = "job"

    sub_account_id: Mapped[UUID | None] = mapped_column(default=scope.sub_account_id)
    name: Mapped[str]
    queue: Mapped[str]
    arguments: Mapped[JsonObject]
    state: Mapped[JobState] = mapped_column(Word(JobState), default=JobState.WAITING)
    not_before: Mapped[datetime]
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        Index("ix_jobs_waiting", "agency_id", "name", postgresql_where=text("state = 'waiting'")),
        Index("ix_jobs_open", "not_before", postgresql_where=text("state IN ('waiting', 'running')")),
    )


class ScheduleTick(Base):
    """When each entry of the schedule runs next, whichever scheduler comes first."""

    __tablename__ = "schedule_ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
