"""``cartera ledger verify``: recompute every stored sum from the transfers, and compare."""

import sys
from uuid import UUID

import click

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.tenants import queries
from agency.worker import every_agency
from wallet.ledger.checks import verify

DIFFERS = 1


@click.group()
def ledger() -> None:
    """The books of every agency."""


@ledger.command("verify")
@click.option("--agency", "agency_id", type=TypedIdOption("agy"), help="agy_...; every agency by default.")
def verify_ledger(*, agency_id: UUID | None) -> None:
    """Recompute and compare everything; names what differs and exits non-zero if anything does."""
    with platform().app_context():
        agencies = [agency_id] if agency_id else every_agency()
        with click.progressbar(agencies, label="Verifying", file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
            counts = [_differences(each) for each in shown]
    click.echo(f"{len(counts)} agencies verified, {sum(counts)} differences")
    sys.exit(DIFFERS if any(counts) else 0)


def _differences(agency_id: UUID) -> int:
    with scope.of_agency(agency_id), transaction():
        queries.agency()
        found = verify(agency_id)
    for difference in found:
        click.echo(f"{ids.encode('agy', agency_id)}: {difference}", err=True)
    session.remove()
    return len(found)
