"""What somebody decides about themselves: name, language, and where they are reached."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record_change
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from subaccounts.customers.letters import take_choice_along
from subaccounts.portal.models.identities import Identity


class EmailInUse(DomainError):
    status = 422
    field = "email"
    message = _l("This address cannot be used here. Nothing was changed.")


def change_preferences(identity: Identity, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set name and language."""
    record_change(
        "portal.preferences_changed", identity, changes, by=by, now=now, sub_account_id=identity.sub_account_id
    )


def refuse_own_email(identity: Identity, email: str) -> None:
    """Raises EmailInUse: it is the address they have."""
    if email == identity.email:
        raise EmailInUse


def prove_new_email(identity: Identity, email: str, *, by: Actor, now: datetime) -> None:
    """The link that was mailed to the address came back: it is theirs.

    Raises:
        EmailInUse: somebody else of this portal has it by now.
    """
    before = identity.email
    with unique(EmailInUse):
        record_change(
            "portal.email_changed",
            identity,
            {"email": email},
            by=by,
            now=now,
            sub_account_id=identity.sub_account_id,
        )
    take_choice_along(before, email, sub_account_id=identity.sub_account_id)
