"""The command `cartera`: what operators and developers run."""

import os
import signal
import sys
from pathlib import Path
from threading import Event

import click
from flask import Flask

from agency.app import create_app
from agency.demo import sample
from agency.demo.stack import PortTaken, Stack, running, write_ready
from agency.foundation.actor import OPERATOR
from agency.foundation import clock, ids
from agency.foundation.config import Settings, SettingsInvalid
from agency.foundation.database import schema
from agency.foundation.database.session import transaction
from agency.foundation.embedded.child import ServiceFailedToStart
from agency.foundation.embedded.folder import DataFolderInUse
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.serving import serve as serve_web
from agency.worker import keep_schedule, work

DEMO_FOLDER = Path(".demo")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cartera")
def cartera() -> None:
    """Cartera: billing for agencies."""


def main() -> None:
    """Every expected failure is one sentence and a non-zero exit."""
    try:
        cartera(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except SettingsInvalid as error:
        for name, what in error.problems.items():
            click.echo(f"{name} {what}", err=True)
        sys.exit(2)
    except (DomainError, DataFolderInUse, PortTaken, ServiceFailedToStart) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def settings() -> Settings:
    return Settings.from_environment(os.environ)


def platform() -> Flask:
    return create_app(settings())


@cartera.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to listen on.")
def serve(bind: str) -> None:
    """Serve pages and API (gunicorn)."""
    serve_web(settings(), bind=bind)


@cartera.command()
@click.option("--burst", is_flag=True, help="End when no job is left.")
def worker(*, burst: bool) -> None:
    """Perform jobs; run as many as there are cores."""
    work(platform(), burst=burst)


@cartera.command()
def scheduler() -> None:
    """Keep the schedule; two or more may run for safety."""
    keep_schedule(platform())


@cartera.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Make the roles and run the migrations that have not run."""
    found = settings()
    schema.upgrade(_owner_url(found), found.database_url)
    click.echo("The schema is up to date.")


@db.command()
def check() -> None:
    """Compare the schema with the models; exits non-zero and names what differs."""
    differences = schema.differences(_owner_url(settings()))
    for difference in differences:
        click.echo(str(difference), err=True)
    if differences:
        raise click.exceptions.Exit(1)
    click.echo("The schema equals the models.")


def _owner_url(found: Settings) -> str:
    if found.database_owner_url is None:
        raise SettingsInvalid({"DATABASE_OWNER_URL": "is missing; migrations run as the owner"})
    return found.database_owner_url
