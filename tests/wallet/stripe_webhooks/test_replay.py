import pytest

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.browsing import submit, visit
from tests.factories import cards, staff, tenants
from wallet.merchant_accounts.queries import active
from wallet.stripe_webhooks.models import InboxState, ProcessorEvent


class TestReplay:
    def test_the_page_lists_what_came_with_its_state(self, ana, address, failed):
        page = visit(ana, address)

        assert "payment_intent.succeeded" in page.text
        assert "ProcessorUnreachable" in page.text

    def test_a_failed_event_is_handled_once_more(self, ana, address, failed, owner):
        submit(ana, f"{address}/{failed.public_id}/replay", page=address)

        assert owner.execute("SELECT state, failure FROM processor_events").fetchone() == ("waiting", None)
        assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%.handle'").fetchone() == (1,)

    def test_one_that_was_handled_stays_handled(self, ana, address, failed, owner):
        owner.execute("UPDATE processor_events SET state = 'handled'")

        submit(ana, f"{address}/{failed.public_id}/replay", page=address.replace("/events", ""))

        assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%.handle'").fetchone() == (0,)

    def test_another_agencys_event_is_not_there(self, app, failed):
        strangers = tenants.agency(name="Otra Agencia")
        stranger = staff.signed_in(app, staff.person(strangers, email="x@otra.example"))
        base = f"/a/{strangers.slug}/settings/payments"

        answer = submit(stranger, f"{base}/events/{failed.public_id}/replay", page=base)

        assert answer.status_code == 404


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def failed(agency):
    cards.card(tenants.sub_account(agency))
    with scope.of_agency(agency.id), transaction():
        event = ProcessorEvent(
            merchant_account_id=active().id,
            stripe_event="evt_1",
            kind="payment_intent.succeeded",
            body={"data": {"object": {}}},
            state=InboxState.FAILED,
            failure="ProcessorUnreachable: ",
            received_at=clock.wall(),
        )
        session.add(event)
    return event


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


@pytest.fixture
def address(agency):
    return f"/a/{agency.slug}/settings/payments/events"
