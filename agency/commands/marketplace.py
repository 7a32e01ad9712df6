"""``cartera publisher|app``: the operator opens publishers, and reviews their apps."""

from uuid import UUID

import click

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role
from agency.tenants.operations.agencies import AgencyWish, open_agency
from marketplace.catalogue import queries
from marketplace.catalogue.operations.publishing import approve, register_publisher, send_back
from marketplace.catalogue.rules import PERCENTS

PUBLISHER = click.option("--publisher", "publisher_id", type=TypedIdOption("agy"), required=True, help="agy_...")


@click.group()
def publisher() -> None:
    """Those who make apps and sell nothing else."""


@publisher.command("create")
@click.option("--name", required=True)
@click.option("--email", required=True, help="Of its first person, and of the publisher.")
@click.option("--person", required=True, help="The first person's name.")
@click.option("--country", default="US", show_default=True)
@click.option("--currency", default="USD", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True)
@click.option("--locale", default="en", show_default=True)
@click.password_option(help="Asked for when not given.")
def create_publisher(
    *, name: str, email: str, person: str, country: str, currency: str, time_zone: str, locale: str, password: str
) -> None:
    """Open a publisher with its first person; prints its id."""
    wish = AgencyWish(name=name, country=country, currency=currency, time_zone=time_zone, locale=locale)
    now = clock.wall()
    with platform().app_context(), scope.of_agency(ids.new_id()), transaction():
        opened = open_agency(wish, by=OPERATOR, now=now)
        first = create_person(email=email, name=person, locale=locale, password=password, by=OPERATOR, now=now)
        grant_role(person=first, role=Role.PUBLISHER, sub_account_id=None, by=OPERATOR, now=now)
        register_publisher(name=name, email=email, by=OPERATOR, now=now)
        click.echo(opened.public_id)


@click.group("app")
def apps() -> None:
    """The apps of publishers."""


@apps.command("list")
@PUBLISHER
def list_apps(*, publisher_id: UUID) -> None:
    """Print a publisher's apps: id, state, name."""
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        for app in queries.own_apps():
            click.echo(f"{app.public_id} {app.state} {app.name}")


@apps.command("approve")
@PUBLISHER
@click.option("--app", "app_id", type=TypedIdOption("app"), required=True, help="app_...")
@click.option("--percents", type=(int, int, int), default=PERCENTS, help="Of the publisher, the agency, the platform.")
def approve_app(*, publisher_id: UUID, app_id: UUID, percents: tuple[int, int, int]) -> None:
    """Put an app under review on the list."""
    if sum(percents) != sum(PERCENTS) or min(percents) < 0:
        raise click.UsageError("The three percents are 100 together.")
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        approve(queries.own_app(app_id), percents=percents, by=OPERATOR, now=clock.wall())


@apps.command("send-back")
@PUBLISHER
@click.option("--app", "app_id", type=TypedIdOption("app"), required=True, help="app_...")
@click.option("--note", required=True, help="What is to be changed.")
def send_app_back(*, publisher_id: UUID, app_id: UUID, note: str) -> None:
    """Make an app under review a draft again, and say why."""
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        send_back(queries.own_app(app_id), note=note, by=OPERATOR, now=clock.wall())
