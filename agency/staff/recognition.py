"""Who types this address, before an agency is known: one address may belong to people of several agencies."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff import passwords
from agency.staff.models import Person
from agency.tenants import queries as tenants
from agency.tenants.models import Agency

# The oldest first, so that newer agencies cannot crowd out anybody; a password is tried no more often than this.
CANDIDATES_MAX = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    agency_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Recognised:
    """A person who proved who they are, in one of the agencies that know them."""

    agency: Agency
    person: Person


def candidates(email: str) -> list[Candidate]:
    """Everybody with this address. Nothing but their ids can be read before their agency's scope is entered."""
    with scope.all_tenants(), transaction():
        rows = session.execute(
            select(Person.agency_id, Person.id).where(Person.email == email).order_by(Person.id).limit(CANDIDATES_MAX)
        ).all()
    return [Candidate(*row) for row in rows]


def recognised_by_password(email: str, password: str) -> list[Recognised]:
    """Those whose password this is; an unknown address takes as long as a known one."""
    found = known_by_address(email)
    if not found:
        passwords.matches(None, password)
    return [known for known in found if passwords.matches(known.person.password_hash, password)]


def known_by_address(email: str) -> list[Recognised]:
    """Those whose address this is, whatever they can prove."""
    return [known for candidate in candidates(email) if (known := recall(candidate)) is not None]


def recall(candidate: Candidate) -> Recognised | None:
    """The person and agency of a candidate, read within that agency's walls; None when gone meanwhile."""
    with scope.of_agency(candidate.agency_id), transaction():
        person = session.get(Person, (candidate.agency_id, candidate.person_id))
        return Recognised(tenants.agency(), person) if person is not None else None
