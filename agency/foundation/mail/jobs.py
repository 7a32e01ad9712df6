from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.mail import smtp
from agency.foundation.mail.models import OutgoingMail
from agency.foundation.tenancy import scope


@job()
def deliver(*, mail_id: str) -> None:
    """Send a promised mail; its Message-ID is its own, so that a second delivery is known as the same mail."""
    with transaction():
        mail = session.get_one(OutgoingMail, (scope.agency_id(), UUID(mail_id)))
    if mail.sent_at is not None:
        return
    smtp.send(mail)
    with transaction():
        mail.sent_at = clock.wall()
        mail.text = mail.html = mail.unsubscribe = ""
        session.merge(mail)
