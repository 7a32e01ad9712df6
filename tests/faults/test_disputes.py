"""kill -9 at every commit of a dispute's webhook: what the bank took leaves the wallet once; nothing stays stuck."""

import signal

import pytest
from sqlalchemy import select

from agency.foundation import clock, ids
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.performance import perform
from agency.foundation.tenancy import scope
from tests.factories import funds
from tests.faults.dying import STEPS, killed_at
from wallet.charges.models import Charge
from wallet.stripe_webhooks.jobs import handle
from wallet.stripe_webhooks.models import InboxState, ProcessorEvent

pytestmark = pytest.mark.slow
# Of $25.00, with $15.00 spent.
LEFT = {"lost": "-15.00", "won": "10.00"}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("outcome", LEFT)
def test_a_killed_handler_books_it_once(client, settings, owner, step, outcome):
    funds.spent(client, "15.00")
    perform(str(client.agency_id), str(told(client, "needs_response")))
    job_id = told(client, outcome)

    ended = killed_at(step, settings, client.agency_id, job_id)
    owner.execute("UPDATE jobs SET lease_until = now()")
    perform(str(client.agency_id), str(job_id))

    assert ended == -signal.SIGKILL
    assert funds.balance_of(client) == funds.dollars(LEFT[outcome])
    assert states(client) == ({InboxState.HANDLED}, {JobState.DONE})
    funds.verified(client)


def told(client, status):
    """A webhook about the dispute of the client's only charge, kept and not yet handled; answers its job's id."""
    with scope.of_agency(client.agency_id), transaction():
        charge = session.scalars(select(Charge)).one()
        dispute = {
            "id": "dp_1",
            "payment_intent": charge.stripe_intent,
            "amount": charge.amount.minor_units,
            "created": 1_800_000_000,
            "currency": "usd",
            "reason": "fraudulent",
            "status": status,
        }
        kind = "charge.dispute.created" if status == "needs_response" else "charge.dispute.closed"
        event = ProcessorEvent(
            merchant_account_id=charge.merchant_account_id,
            stripe_event=f"evt_{ids.new_id()}",
            kind=kind,
            body={"data": {"object": dispute}},
            received_at=clock.wall(),
        )
        session.add(event)
        session.flush()
        handle.later(event_id=str(event.id))
        return session.scalars(select(Job.id).order_by(Job.id.desc()).limit(1)).one()


def states(client):
    """Of every webhook, and of every job that handles one."""
    with scope.of_agency(client.agency_id), transaction():
        kept = session.scalars(select(ProcessorEvent.state)).all()
        jobs = session.scalars(select(Job.state).where(Job.name == handle.name)).all()
        return set(kept), set(jobs)
