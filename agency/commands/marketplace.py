"""``cartera publisher|app|payout``: the operator opens publishers, reviews their apps, says what they were paid."""

from datetime import datetime
from uuid import UUID

import click

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.paging import EXPORT_BATCH, every_row
from agency.foundation.tenancy import scope
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role
from agency.tenants.operations.agencies import AgencyWish, open_agency
from marketplace.catalogue import queries
from marketplace.catalogue.operations.publishing import approve, register_publisher, send_back
from marketplace.catalogue.rules import PERCENTS
from marketplace.payouts import queries as payouts
from marketplace.payouts.operations import PayoutWish, correct_payout, record_payout

PUBLISHER = click.option("--publisher", "publisher_id", type=TypedIdOption("agy"), required=True, help="agy_...")


def _every_publisher() -> dict[UUID, str]:
    """Names by id."""
    with scope.of_agency(ids.new_id()), transaction():
        return {found.id: found.name for found in payouts.every_publisher()}


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
def list_apps() -> None:
    """Print every publisher's apps: the publisher's id, the app's, state, name."""
    with platform().app_context():
        for publisher_id in _every_publisher():
            with scope.of_agency(publisher_id), transaction():
                for app in queries.own_apps():
                    click.echo(f"{ids.encode('agy', publisher_id)} {app.public_id} {app.state} {app.name}")


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


@click.group("payout")
def payout() -> None:
    """What the platform pays to publishers."""


@payout.command("due")
def list_dues() -> None:
    """Print what each publisher earned, was paid and is due, by currency."""
    with platform().app_context():
        for publisher_id, name in _every_publisher().items():
            public_id = ids.encode("agy", publisher_id)
            with scope.of_agency(publisher_id), transaction():
                for account in payouts.accounts():
                    click.echo(f"{public_id} {name}: earned {account.earned}, paid {account.paid}, due {account.due}")


@payout.command("list")
@PUBLISHER
def list_payouts(*, publisher_id: UUID) -> None:
    """Print a publisher's payouts, newest first: id, day, amount, reference."""
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        for row in every_row(lambda cursor: payouts.payouts(cursor=cursor, limit=EXPORT_BATCH)):
            click.echo(f"{row.public_id} {row.paid_on} {row.amount} {row.reference}")


@payout.command("record")
@PUBLISHER
@click.option("--amount", required=True, help="What was sent, such as 250.00.")
@click.option("--currency", required=True, help="Such as USD.")
@click.option("--paid-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which it was sent.")
@click.option("--reference", required=True, help="The bank's word for it; the same one is recorded once.")
def record_paid(*, publisher_id: UUID, amount: str, currency: str, paid_on: datetime, reference: str) -> None:
    """Say that a publisher was paid; prints the payout's id."""
    try:
        wish = PayoutWish(amount=Money.of(amount, currency), paid_on=paid_on.date(), reference=reference)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        click.echo(record_payout(wish, by=OPERATOR, now=clock.wall()).public_id)


@payout.command("correct")
@PUBLISHER
@click.option("--payout", "payout_id", type=TypedIdOption("pyt"), required=True, help="pyt_...")
def correct_paid(*, publisher_id: UUID, payout_id: UUID) -> None:
    """Take back a payout that was recorded by mistake; prints the correction's id."""
    with platform().app_context(), scope.of_agency(publisher_id), transaction():
        click.echo(correct_payout(payouts.payout(payout_id), by=OPERATOR, now=clock.wall()).public_id)
