from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation import events
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.tenants.events import SubAccountOpened
from agency.tenants.models import Agency, SubAccount

REFERENCE_INDEX = "uq_sub_accounts_reference"


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


def wish_at(agency: Agency, **fields: Any) -> SubAccountWish:  # noqa: ANN401  # The fields of the wish.
    """A wish whose missing fields are as the agency has them."""
    defaults = {name: getattr(agency, name) for name in ("country", "currency", "time_zone", "locale")}
    return SubAccountWish(**(defaults | fields))


def open_sub_account(wish: SubAccountWish, *, by: Actor, now: datetime) -> SubAccount:
    """Add a sub-account to the agency in scope.

    Raises:
        ReferenceTaken: the agency's own reference names another one.
    """
    sub_account = SubAccount(**asdict(wish), created_at=now)
    with unique(ReferenceTaken, REFERENCE_INDEX):
        session.add(sub_account)
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
    with unique(ReferenceTaken, REFERENCE_INDEX):
        record_change("sub_account.changed", sub_account, changes, by=by, now=now, sub_account_id=sub_account.id)
