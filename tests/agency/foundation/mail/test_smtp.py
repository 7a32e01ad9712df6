import smtplib
from email import policy
from email.errors import MessageError
from email.parser import BytesParser

import pytest

from agency.foundation.mail import smtp

SENDER = "post@cartera.example"


class TestCompose:
    def test_writes_who_to_whom_and_what_about(self, mail):
        written = mail()

        message = smtp.compose(written, sender=SENDER)

        assert str(message["From"]) == '"Lumen Studio, S.L." <post@cartera.example>'
        assert str(message["To"]) == "ana@lumen.example"
        assert str(message["Subject"]) == "Su factura de 12,50 €"
        assert str(message["Message-ID"]) == f"<{written.public_id}@cartera.example>"
        assert str(message["Auto-Submitted"]) == "auto-generated"
        assert message["Date"].datetime == written.created_at

    def test_holds_a_text_and_a_page(self, mail):
        message = smtp.compose(mail(), sender=SENDER)

        assert message.get_content_type() == "multipart/alternative"
        assert message.get_body(("plain",)).get_content() == "Hola, ñ\n"
        assert message.get_body(("html",)).get_content() == "<p>Hola, ñ</p>\n"

    @pytest.mark.parametrize("field", ["subject", "sender_name", "recipient"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_refuses_a_field_that_would_become_two(self, mail, field, end):
        with pytest.raises((ValueError, MessageError)):
            smtp.compose(mail(**{field: f"a@b.example{end}Bcc: eve@evil.example"}), sender=SENDER).as_bytes()

    @pytest.mark.parametrize("recipient", ["a@b.example, c@d.example", "Ana <a@b.example>", "", "a@"])
    def test_writes_to_one_address(self, mail, recipient):
        with pytest.raises((ValueError, MessageError, IndexError)):
            smtp.compose(mail(recipient=recipient), sender=SENDER)


class TestSend:
    def test_reaches_the_server_as_it_was_written(self, postbox, mail):
        smtp.send(mail())

        (envelope,) = postbox.envelopes
        message = BytesParser(policy=policy.default).parsebytes(envelope.content)
        assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["ana@lumen.example"])
        assert message["Subject"] == "Su factura de 12,50 €"
        assert message.get_body(("plain",)).get_content() == "Hola, ñ\r\n"

    def test_fails_when_nobody_takes_it(self, app, mail):
        with pytest.raises((OSError, smtplib.SMTPException)):
            smtp.send(mail())
