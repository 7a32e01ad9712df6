from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import events
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.tenants.events import SubAccountOpened
from agency.tenants.models import SubAccount


class ReferenceTaken(DomainError):
    status = 422
    field = "reference"
    message = _l("Another sub-account has this reference.")


class SubAccountClosed(DomainError):
    message = _l("This sub-account is closed. Reopen it first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccountWish:
    """What a sub-account is opened with; codes are ISO 3166, ISO 4217 and IANA."""

    name: str
    country: str
    currency: str
    time_zone: str
    locale: str
    email: str | None = None
    reference: str | None = None


def open_sub_account(wish: SubAccountWish, *, by: Actor, now: datetime) -> SubAccount:
    """Add a sub-account to the agency in scope.

    Raises:
        ReferenceTaken: the agency's own reference names another one.
    """
    _refuse_taken_reference(wish.reference, but=None)
    sub_account = SubAccount(**asdict(wish), created_at=now)
    session.add(sub_account)
    session.flush()
    record("sub_account.opened", sub_account, by=by, now=now, after=asdict(wish), sub_account_id=sub_account.id)
    events.publish(SubAccountOpened(sub_account=sub_account, by=by, at=now))
    return sub_account


def change_sub_account(sub_account: SubAccount, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the given fields; currency and country are fixed at opening and never among them.

    Raises:
        SubAccountClosed: a closed one is history.
        ReferenceTaken: as in ``open_sub_account``.
    """
    if not sub_account.is_open:
        raise SubAccountClosed
    if changes.get("reference"):
        _refuse_taken_reference(changes["reference"], but=sub_account.id)
    record_change("sub_account.changed", sub_account, changes, by=by, now=now, sub_account_id=sub_account.id)


def _refuse_taken_reference(reference: str | None, *, but: UUID | None) -> None:
    if not reference:
        return
    holder = session.scalar(select(SubAccount.id).where(SubAccount.reference == reference))
    if holder is not None and holder != but:
        raise ReferenceTaken
