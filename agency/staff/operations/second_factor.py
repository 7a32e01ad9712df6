import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.encryption import decrypt, encrypt
from agency.foundation.errors import DomainError
from agency.foundation.ids import ALPHABET
from agency.staff.models import Person, RecoveryCode
from agency.staff.passwords import matches
from agency.staff.rules import accepted_step, plain_code

CODES = 10
CODE_LENGTH = 16  # 80 bits, so that a plain hash keeps them.
GROUP = 4
SWITCHED_ON = _l("A second factor was set up for your account.")
SWITCHED_OFF = _l("The second factor of your account was removed.")
CODES_RENEWED = _l("New recovery codes were made for your account; the former ones no longer work.")


class WrongCode(DomainError):
    status = 422
    field = "code"
    message = _l("This code is not right, or was used already. Wait for the next one and type that.")


class WrongProof(DomainError):
    status = 422
    field = "proof"
    message = _l("This is neither your password nor a valid code.")


class SecondFactorOn(DomainError):
    message = _l("The second factor is already on. Remove it first to move it to another phone.")


class SecondFactorDemanded(DomainError):
    field = "proof"
    message = _l("Your agency demands a second factor, so it cannot be removed.")


def switch_on(person: Person, *, seed: str, code: str, by: Actor, now: datetime) -> list[str]:
    """Keep the seed of an app that has shown it knows it; answers the recovery codes, to be shown once.

    Raises:
        WrongCode: the app does not have this seed.
        SecondFactorOn: there is one.
    """
    session.refresh(person, with_for_update=True)
    if person.has_second_factor:
        raise SecondFactorOn
    step = accepted_step(seed, plain_code(code), now=now, last=None)
    if step is None:
        raise WrongCode
    person.totp_seed, person.totp_confirmed_at, person.totp_step_used = encrypt(seed), now, step
    record("second_factor.on", person, by=by, now=now)
    return _replace_codes(person)


def renew_codes(person: Person, *, by: Actor, now: datetime) -> list[str]:
    """New recovery codes, to be shown once; the former ones are worth nothing from now on."""
    record("second_factor.codes_renewed", person, by=by, now=now)
    return _replace_codes(person)


def switch_off(person: Person, *, is_demanded: bool, by: Actor, now: datetime) -> None:
    """Forget the seed and the recovery codes.

    Raises:
        SecondFactorDemanded: the agency wants one of everybody.
    """
    if is_demanded:
        raise SecondFactorDemanded
    person.totp_seed = person.totp_confirmed_at = person.totp_step_used = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record("second_factor.off", person, by=by, now=now)


def take_code(person: Person, typed: str, *, by: Actor, now: datetime) -> None:
    """Accept a code of the app or a recovery code, each once.

    Raises:
        WrongCode: neither, used, or no newer than the last one accepted.
    """
    session.refresh(person, with_for_update=True)
    code = plain_code(typed)
    if not (_takes_step(person, code, now=now) or _takes_recovery(person, code, by=by, now=now)):
        raise WrongCode


def prove(person: Person, typed: str, *, by: Actor, now: datetime) -> None:
    """A password or a code, again, before what protects the account is changed.

    Raises:
        WrongProof: neither.
    """
    if matches(person.password_hash, typed):
        return
    try:
        take_code(person, typed, by=by, now=now)
    except WrongCode as error:
        raise WrongProof from error


def _takes_step(person: Person, code: str, *, now: datetime) -> bool:
    if person.totp_seed is None or person.totp_confirmed_at is None:
        return False
    step = accepted_step(decrypt(person.totp_seed), code, now=now, last=person.totp_step_used)
    if step is not None:
        person.totp_step_used = step
    return step is not None


def _takes_recovery(person: Person, code: str, *, by: Actor, now: datetime) -> bool:
    taken = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.digest == _digest(person.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if taken is not None:
        record("second_factor.recovery_code_used", person, by=by, now=now)
    return taken is not None


def _replace_codes(person: Person) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH)) for _code in range(CODES)]
    session.add_all(RecoveryCode(person_id=person.id, digest=_digest(person.id, code)) for code in codes)
    session.flush()
    return ["-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP)) for code in codes]


def _digest(person_id: UUID, code: str) -> bytes:
    return hashlib.sha256(f"{person_id}:{code}".encode()).digest()
