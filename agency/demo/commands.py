"""``cartera demo``: everything on one machine, until Ctrl-C."""

import os
import signal
import sys
from pathlib import Path

import click

from agency.demo.sample.told import PASSWORD, Seeded
from agency.demo.stack import Stack, running, write_ready
from agency.foundation.database.addresses import for_driver

DATA_FOLDER = Path(".demo")
TO_TRY = """  To try: as ana, open Dental Norte, then its wallet, and see why each charge was made; as rosa,
  open a draft among her invoices to customers; as the customer, pay with card 4242 4242 4242 4242; as
  sofia, move the test clock a month; as paula, add an app and send it for review, approve it as operator.
"""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server; a free one by default.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=DATA_FOLDER,
    show_default=True,
    help="Where the demo keeps its databases, mails and logs.",
)
@click.option("--empty", is_flag=True, help="No sample data: one sandbox agency and its key.")
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Written when the demo serves: one JSON object with its addresses.",
)
def demo(*, port: int | None, data_dir: Path, empty: bool, ready_file: Path | None) -> None:
    """Serve the whole platform with a living sample agency until Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit())
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    sample = "sandbox" if empty else "quarter"
    if not (empty or (data_dir / "seeded.json").exists()):
        click.echo("Filling the sample: two agencies live through a quarter. This takes about a minute, once.")
    with running(data_dir, port=port, sample=sample) as stack:
        seeded = Seeded.read(stack.kept)
        if ready_file is not None:
            write_ready(ready_file, _told(stack, seeded))
        _greet(stack, seeded, data_dir / "environment")
        try:
            signal.pause()
        finally:
            click.echo("Stopping.")
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)


def _told(stack: Stack, seeded: Seeded) -> dict[str, object]:
    settings = stack.settings
    return {
        "url": settings.base_url,
        "mailbox_url": f"{settings.base_url}/mailbox",
        "agency_id": seeded.agency_id,
        "agency_api_key": seeded.agency_api_key,
        "stripe_url": settings.stripe_api_base or "",
        "database_url": for_driver(stack.databases.inspector),
        "redis_url": settings.redis_url,
        "pid": os.getpid(),
    }


def _greet(stack: Stack, seeded: Seeded, environment: Path) -> None:
    url = stack.settings.base_url
    click.echo(f"\nCartera serves at {url}  (Ctrl-C stops it)\n")
    for person in seeded.people:
        click.echo(f"  {person.email:<28} {PASSWORD:<20} {person.what}")
    if seeded.portal is not None:
        click.echo("\n  Others who work there are on each team's page; their password is the same.")
        click.echo(f"\n  Customer    {url}/p/{seeded.portal}/")
        click.echo(f"              {seeded.portal_email}: the link to sign in arrives in the mailbox")
    click.echo(f"\n  Mailbox     {url}/mailbox")
    click.echo(f"  Developer   {url}/api/docs")
    click.echo(f"  API key     {seeded.agency_api_key}")
    click.echo(f"  Styleguide  {url}/styleguide")
    command = Path(sys.executable).with_name("cartera")
    click.echo("\n  You are the platform's operator too, in a second terminal:")
    click.echo(f"              . {environment}; {os.path.relpath(command)} app list\n")
    if seeded.portal is not None:
        click.echo(TO_TRY)
