from contextlib import suppress

import pytest
from flask import g
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.performance import perform
from agency.foundation.mail.models import OutgoingMail
from agency.foundation.mail.operations import post
from agency.foundation.tenancy import scope
from tests.agency.foundation.mail.conftest import NOON
from tests.factories import tenants

pytestmark = pytest.mark.usefixtures("templates")


@pytest.fixture
def in_lumen(lumen):
    with scope.of_agency(lumen.agency_id):
        yield


def write(*, language="es", name="Ana <b>Ruiz</b>", **more):
    post("trial", to="ana@lumen.example", language=language, sender_name="Lumen", now=NOON, name=name, **more)


def mails():
    with transaction():
        return session.scalars(select(OutgoingMail).execution_options(populate_existing=True)).all()


def perform_jobs():
    """Deliver everything that waits, now."""
    with transaction():
        jobs = session.scalars(select(Job)).all()
    for row in jobs:
        perform(str(row.agency_id), str(row.id))
    with transaction():
        return [row.state for row in session.scalars(select(Job).execution_options(populate_existing=True))]


@pytest.mark.usefixtures("in_lumen")
class TestPost:
    def test_writes_in_the_receivers_language(self):
        with transaction():
            write()

        (mail,) = mails()
        assert mail.subject == "Inicia sesión para continuar. Ana <b>Ruiz</b>"
        assert mail.text == "Hola Ana <b>Ruiz</b>\n-- \nLumen\n"
        assert '<html lang="es">' in mail.html

    def test_never_lets_a_name_become_markup(self):
        with transaction():
            write()

        assert "<p>Ana &lt;b&gt;Ruiz&lt;/b&gt;</p>" in mails()[0].html

    def test_leaves_the_page_in_its_own_language(self, app):
        with app.test_request_context(headers={"Accept-Language": "en"}), transaction():
            write()

            assert g.get("language") is None

    def test_keeps_one_line_as_the_subject(self):
        with transaction():
            write(name="Ana\nBcc: eve@evil.example")

        assert "\n" not in mails()[0].subject

    def test_promises_nothing_when_the_act_fails(self):
        with suppress(ZeroDivisionError), transaction():
            write()
            _ = 1 / 0

        assert mails() == []

    def test_may_be_about_a_sub_account(self, lumen):
        norte = tenants.sub_account(lumen)
        with transaction():
            write(sub_account_id=norte.id)

        assert mails()[0].sub_account_id == norte.id


@pytest.mark.usefixtures("in_lumen")
class TestDelivery:
    def test_sends_what_was_promised_and_clears_its_words(self, postbox):
        with transaction():
            write()

        assert perform_jobs() == [JobState.DONE]

        (mail,) = mails()
        assert len(postbox.envelopes) == 1
        assert mail.sent_at is not None
        assert (mail.text, mail.html) == ("", "")

    def test_a_second_time_sends_nothing(self, postbox):
        with transaction():
            write()
        perform_jobs()
        with transaction():
            session.scalars(select(Job)).one().state = JobState.WAITING

        assert perform_jobs() == [JobState.DONE]
        assert len(postbox.envelopes) == 1

    def test_waits_while_nobody_takes_it(self):
        with transaction():
            write()

        assert perform_jobs() == [JobState.WAITING]
        assert mails()[0].sent_at is None
        assert mails()[0].text
