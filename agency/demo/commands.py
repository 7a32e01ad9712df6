"""``cartera demo``: everything on one machine, until Ctrl-C."""

import os
import signal
from pathlib import Path
from threading import Event

import click

from agency.app import create_app
from agency.demo import sample
from agency.demo.stack import Stack, running, write_ready

DATA_FOLDER = Path(".demo")


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
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    with running(data_dir, port=port) as (stack, start_platform):
        seeded = _seed(stack, empty=empty)
        start_platform()
        if ready_file is not None:
            write_ready(ready_file, _told(stack, seeded))
        _greet(stack, seeded)
        stopping.wait()
        click.echo("Stopping.")
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def _seed(stack: Stack, *, empty: bool) -> sample.Seeded:
    """Fill an empty database once; afterwards only tell what it was filled with, which needs no application."""
    kept = stack.folder / "seeded.json"
    if not kept.exists():
        with create_app(stack.settings).app_context():
            sample.fill(kept, empty=empty)
    return sample.Seeded.read(kept)


def _told(stack: Stack, seeded: sample.Seeded) -> dict[str, object]:
    settings = stack.settings
    return {
        "url": settings.base_url,
        "mailbox_url": f"{settings.base_url}/mailbox",
        "agency_id": seeded.agency_id,
        "agency_api_key": seeded.agency_api_key,
        "stripe_url": settings.stripe_api_base or "",
        "database_url": stack.databases.inspector.replace("+psycopg", "", 1),
        "redis_url": settings.redis_url,
        "pid": os.getpid(),
    }


def _greet(stack: Stack, seeded: sample.Seeded) -> None:
    settings = stack.settings
    click.echo(f"\nCartera serves at {settings.base_url}  (Ctrl-C stops it)\n")
    for person in seeded.people:
        click.echo(f"  {person.email:<28} {sample.PASSWORD:<24} {person.what}")
    click.echo(f"\n  Mailbox     {settings.base_url}/mailbox")
    click.echo(f"  API         {settings.base_url}/api/docs")
    click.echo(f"  API key     {seeded.agency_api_key}")
    click.echo(f"  Styleguide  {settings.base_url}/styleguide\n")
