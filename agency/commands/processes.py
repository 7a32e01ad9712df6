"""``cartera serve|worker|scheduler``: the processes of production, with settings from the environment."""

import click

from agency.commands.platform import platform, settings
from agency.serving import serve as serve_web
from agency.worker import keep_schedule, work


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to listen on.")
def serve(bind: str) -> None:
    """Serve pages and API (gunicorn)."""
    serve_web(settings(), bind=bind)


@click.command()
@click.option("--burst", is_flag=True, help="End when no job is left.")
def worker(*, burst: bool) -> None:
    """Perform jobs; run as many as there are cores."""
    work(platform(), burst=burst)


@click.command()
def scheduler() -> None:
    """Keep the schedule; two or more may run for safety."""
    keep_schedule(platform())
