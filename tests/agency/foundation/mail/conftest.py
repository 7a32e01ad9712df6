import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader

from agency.foundation import ids
from agency.foundation.mail.models import OutgoingMail

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEMPLATES = {
    "mail/trial.txt": "{{ _('Sign in to go on.') }} {{ name }}\n\nHola {{ name }}\n-- \n{{ sender_name }}\n\n",
    "mail/trial.html": '{% extends "layouts/mail.html" %}{% block content %}<p>{{ name }}</p>{% endblock %}',
}


class Postbox:
    """Takes every mail that a server is given."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # The name that aiosmtpd calls.
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox(app, monkeypatch):
    """A real SMTP server, and the platform set to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Postbox(), hostname="127.0.0.1", port=port)
    controller.start()
    settings = replace(
        app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{port}", mail_from="post@cartera.example"
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    yield controller.handler
    controller.stop()


@pytest.fixture
def templates(app, monkeypatch):
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader]))


@pytest.fixture
def mail():
    """A mail that nobody promised yet."""

    def write(**changes):
        fields = {
            "id": ids.new_id(),
            "recipient": "ana@lumen.example",
            "sender_name": "Lumen Studio, S.L.",
            "template": "trial",
            "subject": "Su factura de 12,50 €",
            "text": "Hola, ñ\n",
            "html": "<p>Hola, ñ</p>",
            "created_at": NOON,
        }
        return OutgoingMail(**fields | changes)

    return write
