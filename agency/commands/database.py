"""``cartera db``: migrations, and whether they are all there."""

import click

from agency.commands.platform import settings
from agency.foundation.config import Settings, SettingsInvalid
from agency.foundation.database import schema


@click.group()
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
