"""Who is to hear of what."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.notices.models import RefusedNotice
from agency.notices.rules import Notice
from agency.notices.stopping import stop_address
from agency.staff.queries import team


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address and the language of whoever reads it; ``stop`` is the address that ends such letters, if any does."""

    email: str
    language: str
    stop: str = field(default="", compare=False)


def wanted_by(person_id: UUID, *, sub_account_id: UUID) -> list[Notice]:
    refused = session.scalars(
        select(RefusedNotice.notice).where(
            RefusedNotice.sub_account_id == sub_account_id, RefusedNotice.person_id == person_id
        )
    ).all()
    return [notice for notice in Notice if notice not in refused]


def receivers(notice: Notice, sub_account_id: UUID, *, language: str) -> list[Receiver]:
    """Everybody of a sub-account's team who did not refuse it; ``language`` for those who chose none."""
    refused = session.scalars(
        select(RefusedNotice.person_id).where(
            RefusedNotice.sub_account_id == sub_account_id, RefusedNotice.notice == notice
        )
    ).all()
    return [
        Receiver(
            member.person.email,
            member.person.locale or language,
            stop_address("notice", notice, str(member.person.id), sub_account_id=sub_account_id),
        )
        for member in team(sub_account_id)
        if member.person.id not in refused
    ]
