"""The command `cartera`: what operators and developers run."""

import sys

import click

from agency.commands.billing import billing
from agency.commands.database import db
from agency.commands.first_steps import agency, api_key, user
from agency.commands.imports import import_group
from agency.commands.ledger import ledger
from agency.commands.marketplace import apps, publisher
from agency.commands.processes import scheduler, serve, worker
from agency.demo.commands import demo
from agency.demo.stack import PortTaken
from agency.foundation.config import SettingsInvalid
from agency.foundation.embedded.child import ServiceFailedToStart
from agency.foundation.embedded.folder import DataFolderInUse
from agency.foundation.errors import DomainError

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cartera")
def cartera() -> None:
    """Cartera: billing for agencies."""


for command in (
    agency,
    api_key,
    apps,
    billing,
    db,
    demo,
    import_group,
    ledger,
    publisher,
    scheduler,
    serve,
    user,
    worker,
):
    cartera.add_command(command)


def main() -> None:
    """Every expected failure is one sentence and a non-zero exit."""
    try:
        sys.exit(cartera(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except SettingsInvalid as error:
        for name, what in error.problems.items():
            click.echo(f"{name} {what}", err=True)
        sys.exit(2)
    except (DomainError, DataFolderInUse, PortTaken, ServiceFailedToStart) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
