"""A handler of webhooks that is killed at one of its commits, in a process of its own."""

from uuid import UUID

from agency.app import create_app
from agency.foundation.config import Settings
from agency.foundation.jobs.performance import perform
from tests.processes import end_of
from tests.wallet.charges.dying import die, then_die
from wallet.stripe_webhooks import handlers, jobs

# Read and not begun; booked and not committed; committed and not closed; closed, with the job still open.
STEPS = ("read", "booking", "booked", "closed")


def run(settings: Settings, agency_id: UUID, step: str, job_id: UUID) -> None:
    if step == "read":
        jobs.HANDLERS = dict.fromkeys(jobs.HANDLERS, die)
    if step == "booking":
        handlers.note_dispute = then_die(handlers.note_dispute)
    if step == "booked":
        jobs._close = die
    if step == "closed":
        jobs._close = then_die(jobs._close)
    with create_app(settings).app_context():
        perform(str(agency_id), str(job_id))


def killed_at(step: str, settings: Settings, agency_id: UUID, job_id: UUID) -> int | None:
    """Perform the job until the step and answer the process's end."""
    return end_of(run, settings, agency_id, step, job_id)
