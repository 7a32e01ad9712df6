"""The post: one SMTP conversation per mail."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from agency.foundation.config import Settings
from agency.foundation.mail.models import OutgoingMail

TIMEOUT_SECONDS = 20  # Well within a job's lease.


def send(mail: OutgoingMail) -> None:
    settings: Settings = current_app.extensions["settings"]
    parts = urlsplit(settings.smtp_url)
    with _connect(parts) as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(compose(mail, sender=settings.mail_from))


def _connect(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server


def compose(mail: OutgoingMail, *, sender: str) -> EmailMessage:
    """Header fields come from people too: a line break in them is refused, and so is a second receiver."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = Address(mail.sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.public_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
