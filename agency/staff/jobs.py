from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.staff.mails import mail_link
from agency.staff.models import LinkPurpose, MailedLink, Person
from agency.staff.operations.links import issue_link
from agency.tenants import queries as tenants


@job()
def send_link(*, link_id: str, person_id: str, purpose: str) -> None:
    """Write a person a link. A worker does it, so that a known address is answered as fast as an unknown one."""
    now = clock.wall()
    with transaction():
        person = session.get(Person, (scope.agency_id(), UUID(person_id)))
        if person is None or session.get(MailedLink, (scope.agency_id(), UUID(link_id))) is not None:
            return
        token = issue_link(person, LinkPurpose(purpose), link_id=UUID(link_id), now=now)
        mail_link(person, LinkPurpose(purpose), token, agency=tenants.agency(), now=now)
