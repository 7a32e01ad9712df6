from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.staff.models import Person
from agency.staff.operations.passwords import refuse_weak
from agency.staff.passwords import hash_password


class EmailTaken(DomainError):
    status = 422
    field = "email"
    message = _l("Somebody of this agency already has this address.")


def create_person(
    *, email: str, name: str, locale: str | None, password: str | None = None, by: Actor, now: datetime
) -> Person:
    """Add somebody to the agency in scope, without any role yet.

    Args:
        email: where they are reached and by what they sign in; kept in lower case.
        name: as others read it.
        locale: ``en`` or ``es``; None follows their browser.
        password: None for somebody who signs in by mailed links alone.
        by: who adds them.
        now: the wall's time.

    Raises:
        EmailTaken: a person of this agency has the address.
        WeakPassword: the password is too easy to guess.
    """
    address = email.strip().lower()
    if password is not None:
        refuse_weak(password, email=address)
    person = Person(
        email=address,
        name=name,
        locale=locale,
        password_hash=hash_password(password) if password is not None else None,
        created_at=now,
    )
    with unique(EmailTaken):
        session.add(person)
    record("person.added", person, by=by, now=now, after={"email": address})
    return person


def change_person(person: Person, changes: JsonObject, *, by: Actor, now: datetime) -> None:
    """Set a person's own name and language."""
    record_change("person.changed", person, changes, by=by, now=now)
