"""A file of usage, read a part at a time: what is stored and how far it is read are one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from subaccounts.usage.files import Line, read_lines
from subaccounts.usage.models.events import Origin
from subaccounts.usage.models.uploads import UsageUpload
from subaccounts.usage.operations.storing import store
from subaccounts.usage.rules.answers import Answer, Outcome

PART = 500
# As many as a person reads; the counts tell of the others.
FAULTS_KEPT = 200


def take_file(sub_account: SubAccount, content: bytes, *, name: str, by: Actor, now: datetime) -> UsageUpload:
    """Keep a file to be read.

    Raises:
        FileIsNoText, ColumnsMissing, FileIsEmpty
    """
    upload = UsageUpload(
        sub_account_id=sub_account.id,
        file_name=name,
        content=content,
        lines=len(read_lines(content)),
        faults=[],
        created_at=now,
        created_by=by.name,
    )
    session.add(upload)
    session.flush()
    after = {"file": name}
    record("usage.file_sent", sub_account, by=by, now=now, after=after, sub_account_id=sub_account.id)
    return upload


def read_part(upload_id: UUID, *, now: datetime) -> bool:
    """Store the next lines; answers whether any are left. Nothing is read twice, whoever else reads."""
    key = (scope.agency_id(), upload_id)
    upload = session.get_one(UsageUpload, key, with_for_update=True, populate_existing=True)
    if upload.content is None:
        return False
    lines = read_lines(upload.content)[upload.lines_read : upload.lines_read + PART]
    owner = session.get_one(SubAccount, (scope.agency_id(), upload.sub_account_id))
    said = [{**line.said, "sub_account_id": owner.public_id} for line in lines]
    _count(upload, lines, store(said, origin=Origin.FILE, now=now))
    if upload.lines_read < upload.lines:
        return True
    upload.content, upload.finished_at = None, now
    return False


def _count(upload: UsageUpload, lines: Sequence[Line], answers: Sequence[Answer]) -> None:
    counted = Counter(answer.outcome for answer in answers)
    upload.lines_read += len(lines)
    upload.accepted += counted[Outcome.ACCEPTED]
    upload.duplicates += counted[Outcome.DUPLICATE]
    upload.conflicts += counted[Outcome.CONFLICT]
    upload.rejected += counted[Outcome.REJECTED]
    faults = [
        {"line": line.number, "id": answer.id, "reason": answer.reason or Outcome.CONFLICT}
        for line, answer in zip(lines, answers, strict=True)
        if answer.outcome in {Outcome.REJECTED, Outcome.CONFLICT}
    ]
    upload.faults = [*upload.faults, *faults][:FAULTS_KEPT]
