"""The mails that the demo sent, as their receivers see them."""

import mailbox
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from agency.foundation.access.admission import wants_page
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.config import Settings

SHOWN_MAX = 200
# A mail may bring its own styles, and nothing else: no script, no picture from elsewhere, no form.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
REASON = "Exists in the demo alone, where every mail is a sample's."

mail_room = outside("mailbox", __name__)


@dataclass(frozen=True, slots=True)
class Letter:
    key: str
    to: str
    sender: str
    subject: str
    sent_at: datetime
    text: str
    html: str


@mail_room.get("/mailbox")
@public(REASON)
def inbox() -> ResponseReturnValue:
    letters = _letters(to=request.args.get("to", ""))
    if not wants_page() or request.args.get("format") == "json":
        return jsonify(data=[_outline(letter) for letter in letters])
    return render_template("agency/mailbox/inbox.html", letters=letters, to=request.args.get("to", ""))


@mail_room.get("/mailbox/<key>")
@public(REASON)
def letter(key: str) -> ResponseReturnValue:
    return render_template("agency/mailbox/letter.html", letter=_letter(key))


@mail_room.get("/mailbox/<key>/page")
@public(REASON)
def page(key: str) -> Response:
    """The mail's own page, for a frame that may do nothing but open its links."""
    response = Response(_letter(key).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def _folder() -> Path:
    settings: Settings = current_app.extensions["settings"]
    if settings.mailbox_folder is None:
        abort(404)
    return settings.mailbox_folder


def _letters(*, to: str) -> list[Letter]:
    """Newest first. Only those that are shown are read past their heads: the sample sends hundreds."""
    box = mailbox.Maildir(_folder(), create=True)
    chosen = []
    for key in box.keys():  # noqa: SIM118  # A Maildir iterates over messages.
        head = BytesHeaderParser(policy=default).parsebytes(box.get_bytes(key))
        if to.lower() in str(head["To"]).lower():
            chosen.append((parsedate_to_datetime(str(head["Date"])), key))
    return [_read(key, box.get_bytes(key)) for _sent_at, key in sorted(chosen, reverse=True)[:SHOWN_MAX]]


def _letter(key: str) -> Letter:
    box = mailbox.Maildir(_folder(), create=True)
    if key not in box:
        abort(404)
    return _read(key, box.get_bytes(key))


def _read(key: str, content: bytes) -> Letter:
    message = BytesParser(policy=default).parsebytes(content)
    return Letter(
        key=key,
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        sent_at=parsedate_to_datetime(str(message["Date"])),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())


def _outline(letter: Letter) -> dict[str, str]:
    return {
        "id": letter.key,
        "to": letter.to,
        "from": letter.sender,
        "subject": letter.subject,
        "sent_at": letter.sent_at.isoformat(),
        "text": letter.text,
        "html": letter.html,
    }
