"""``cartera billing run``: bill everything due, once; safe to run again and beside the schedule."""

import sys
from datetime import datetime
from uuid import UUID

import click

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import clock, ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.tenants import queries
from agency.worker import every_agency
from subaccounts.billing_run.operations.parking import unpark
from subaccounts.billing_run.operations.running import Report, run
from subaccounts.billing_run.queries import count_due

FAILED = 1


@click.group()
def billing() -> None:
    """What subscriptions bill."""


@billing.command("run")
@click.option("--agency", "agency_id", type=TypedIdOption("agy"), help="agy_...; every agency by default.")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="2026-03-31T18:00:00Z; now by default.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
def run_billing(*, agency_id: UUID | None, at: datetime | None, dry_run: bool) -> None:
    """Bill everything due, what had failed before too; prints counts, amounts and failures."""
    failed = False
    with platform().app_context():
        for each in [agency_id] if agency_id else every_agency():
            with scope.of_agency(each):
                report = _run(at, dry_run=dry_run)
                failed = _tell(each, report) or failed
    sys.exit(FAILED if failed else 0)


def _run(at: datetime | None, *, dry_run: bool) -> Report:
    with transaction():
        queries.agency()
        if not dry_run:
            unpark()
    moment = at or clock.now()
    if not sys.stderr.isatty():
        return run(moment, dry_run=dry_run)
    with transaction():
        length = count_due(moment)
    with click.progressbar(length=length, label="Billing", file=sys.stderr) as bar:
        return run(moment, dry_run=dry_run, on_progress=bar.update)


def _tell(agency_id: UUID, report: Report) -> bool:
    amounts = ", ".join(str(amount) for amount in report.amounts) or "nothing"
    name = ids.encode("agy", agency_id)
    click.echo(f"{name}: {report.subscriptions} subscriptions, {report.bills} bills, {amounts}")
    for sub_account_id, reason in report.failures.items():
        click.echo(f"  {ids.encode('sac', sub_account_id)} failed and is parked: {reason}", err=True)
    session.remove()
    return bool(report.failures)
