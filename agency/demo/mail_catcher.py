"""The demo's post office: an SMTP server that keeps every mail in a Maildir and delivers none."""

import mailbox
import sys
from pathlib import Path
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    def __init__(self, folder: Path) -> None:
        self.box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name.
        self.box.add(mailbox.MaildirMessage(envelope.original_content))
        return "250 Message accepted"


def main(port: str, folder: str) -> None:
    Controller(Keeper(Path(folder)), hostname="127.0.0.1", port=int(port)).start()
    Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
