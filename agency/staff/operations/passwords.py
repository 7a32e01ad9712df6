from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.errors import DomainError
from agency.staff.models import Person
from agency.staff.passwords import hash_password, is_broken, matches
from agency.staff.rules import is_weak

PASSWORD_SET = _l("Your password was set anew.")


class WeakPassword(DomainError):
    status = 422
    field = "new_password"
    message = _l("This password is too easy to guess. Use several words, or let your browser suggest one.")


class BrokenPassword(WeakPassword):
    message = _l("This password is in lists of stolen ones. Use several words, or let your browser suggest one.")


class WrongPassword(DomainError):
    status = 422
    field = "current_password"
    message = _l("This is not your present password.")


def refuse_weak(password: str, *, email: str) -> None:
    """Length is the form's business; this is about what anybody would try first.

    Raises:
        WeakPassword: it repeats a few characters, or is the address itself.
        BrokenPassword: it is known from leaks.
    """
    if is_weak(password, email=email):
        raise WeakPassword
    if is_broken(password):
        raise BrokenPassword


def set_password(person: Person, password: str, *, by: Actor, now: datetime) -> None:
    """Give a person a new password, who proved by a mailed link or the former one that it is theirs.

    Raises:
        WeakPassword: the password is too easy to guess, or known from leaks.
    """
    refuse_weak(password, email=person.email)
    person.password_hash = hash_password(password)
    record("person.password_set", person, by=by, now=now)


def prove_password(person: Person, typed: str) -> None:
    """Raises WrongPassword unless it is theirs; somebody without a password has nothing to prove."""
    if person.password_hash is not None and not matches(person.password_hash, typed):
        raise WrongPassword
