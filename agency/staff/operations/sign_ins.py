from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.models import Person, SignIn
from agency.tenants.models import SubAccount

SIGNED_IN = timedelta(hours=12)  # A working day; OWASP ASVS 3.3.2 at level 2.
UNFINISHED = timedelta(minutes=10)  # To find the phone that shows the code.
BROWSER_LENGTH_MAX = 100


class SignInOver(DomainError):
    status = 404
    message = _l("This sign-in has ended. Sign in again.")


def as_actor(person: Person, *, address: str | None, request_id: str | None = None) -> Actor:
    """A person at the door, before they are a visitor."""
    return Actor(kind="person", id=person.id, name=person.name, address=address, request_id=request_id)


def begin_sign_in(person: Person, *, browser: str, by: Actor, now: datetime) -> Token:
    """Open a sign-in for somebody who proved who they are; one with a second factor is unfinished until its code."""
    token = Token.issue(person.agency_id)
    sign_in = SignIn(
        person_id=person.id,
        digest=token.digest,
        created_at=now,
        last_seen_at=now,
        expires_at=now + (UNFINISHED if person.has_second_factor else SIGNED_IN),
        needs_code=person.has_second_factor,
        address=by.address,
        browser=browser[:BROWSER_LENGTH_MAX],
    )
    session.add(sign_in)
    session.flush()
    if not person.has_second_factor:
        record("person.signed_in", person, by=by, now=now, after={"browser": sign_in.browser})
    return token


def note_refused_sign_in(person: Person, *, by: Actor, now: datetime) -> None:
    """Somebody typed the person's address with a wrong password."""
    record("person.sign_in_refused", person, by=by, now=now)


def finish_sign_in(sign_in: SignIn, person: Person, *, by: Actor, now: datetime) -> Token:
    """The code was right: the sign-in counts from now on, under a new secret."""
    token = Token.issue(person.agency_id)
    sign_in.digest, sign_in.needs_code, sign_in.expires_at = token.digest, False, now + SIGNED_IN
    record("person.signed_in", person, by=by, now=now, after={"browser": sign_in.browser, "second_factor": True})
    return token


def end_sign_in(sign_in_id: UUID, person_id: UUID, *, by: Actor, now: datetime) -> None:
    """End one of a person's own sign-ins; its browser is signed out with its next page.

    Raises:
        SignInOver: not theirs, or over already.
    """
    ended = session.scalar(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignIn.browser)
    )
    if ended is None:
        raise SignInOver
    person = session.get_one(Person, (scope.agency_id(), person_id))
    record("person.signed_out", person, by=by, now=now, before={"browser": ended})


def end_other_sign_ins(person: Person, *, but: UUID | None, by: Actor, now: datetime) -> int:
    """End every sign-in of a person but one (None: every one); answers how many."""
    open_ones = select(SignIn.id).where(
        SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    if but is not None:
        open_ones = open_ones.where(SignIn.id != but)
    found = session.scalars(open_ones).all()
    if found:
        session.execute(update(SignIn).where(SignIn.id.in_(found)).values(ended_at=now))
        record("person.signed_out_elsewhere", person, by=by, now=now, after={"sign_ins": len(found)})
    return len(found)


def view_sub_account(sign_in: SignIn, sub_account: SubAccount, *, by: Actor, now: datetime) -> None:
    """Let somebody of the agency look at a sub-account with its eyes, and keep that they did."""
    stop_viewing(sign_in, by=by, now=now)
    sign_in.viewing_sub_account_id = sub_account.id
    record("sub_account.view_began", sub_account, by=by, now=now, sub_account_id=sub_account.id)


def stop_viewing(sign_in: SignIn, *, by: Actor, now: datetime) -> None:
    viewed = sign_in.viewing_sub_account_id
    if viewed is None:
        return
    sign_in.viewing_sub_account_id = None
    sub_account = session.get_one(SubAccount, (scope.agency_id(), viewed))
    record("sub_account.view_ended", sub_account, by=by, now=now, sub_account_id=viewed)
