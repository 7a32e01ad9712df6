"""The command `cartera`: what operators and developers run."""

import sys
from importlib import import_module

import click

from agency.foundation.config import SettingsInvalid
from agency.foundation.embedded.child import ServiceFailedToStart
from agency.foundation.embedded.folder import DataFolderInUse
from agency.foundation.errors import DomainError

INTERRUPTED = 130
COMMANDS = {
    "agency": "agency.commands.first_steps.agency",
    "api-key": "agency.commands.first_steps.api_key",
    "app": "agency.commands.marketplace.apps",
    "billing": "agency.commands.billing.billing",
    "db": "agency.commands.database.db",
    "demo": "agency.demo.commands.demo",
    "import": "agency.commands.imports.import_group",
    "keys": "agency.commands.keys.keys",
    "ledger": "agency.commands.ledger.ledger",
    "payout": "agency.commands.marketplace.payout",
    "publisher": "agency.commands.marketplace.publisher",
    "scheduler": "agency.commands.processes.scheduler",
    "serve": "agency.commands.processes.serve",
    "user": "agency.commands.first_steps.user",
    "worker": "agency.commands.processes.worker",
}


class Commands(click.Group):
    """Imports the one command that is run: the whole platform takes seconds."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, command = COMMANDS[name].rpartition(".")
        found: click.Command = getattr(import_module(module), command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cartera")
def cartera() -> None:
    """Cartera: billing for agencies."""


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
    except (DomainError, DataFolderInUse, ServiceFailedToStart) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
