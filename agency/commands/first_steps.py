"""``cartera agency|user|api-key create``: the first steps of an operator."""

from typing import Any
from uuid import UUID

import click
from marshmallow import ValidationError, fields, validate

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.i18n import LANGUAGES
from agency.foundation.problems import flatten
from agency.foundation.schemas import StrictSchema, Text
from agency.foundation.tenancy import scope
from agency.staff.operations.api_keys import create_api_key
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role, scopes_at
from agency.tenants import queries
from agency.tenants.operations.agencies import AgencyWish, open_agency
from agency.tenants.schemas import CountryField, CurrencyField, LocaleField, ZoneField


class NewAgency(StrictSchema):
    name = Text(required=True, longest=120)
    country = CountryField(required=True)
    currency = CurrencyField(required=True)
    time_zone = ZoneField(required=True)
    locale = LocaleField(required=True)
    slug = fields.String(validate=validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$"))
    is_sandbox = fields.Boolean()


@click.group()
def agency() -> None:
    """The agencies of the platform."""


@agency.command("create")
@click.option("--name", required=True)
@click.option("--country", required=True, help="ISO 3166, such as US.")
@click.option("--currency", required=True, help="ISO 4217, such as USD.")
@click.option("--time-zone", required=True, help="IANA, such as America/Chicago.")
@click.option("--locale", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option("--slug", help="Its name in addresses; made from the name by default.")
@click.option("--sandbox", "is_sandbox", is_flag=True, help="With a clock that can be advanced.")
def create_agency(**wish: Any) -> None:  # noqa: ANN401  # Click's options, checked below.
    """Open an agency; prints its id."""
    checked = _checked({name: value for name, value in wish.items() if value is not None})
    with platform().app_context(), scope.of_agency(ids.new_id()), transaction():
        click.echo(open_agency(AgencyWish(**checked), by=OPERATOR, now=clock.wall()).public_id)


def _checked(wish: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(NewAgency().load(wish))
    except ValidationError as error:
        wrong = flatten(error.messages)
        raise click.UsageError("; ".join(f"{name}: {' '.join(texts)}" for name, texts in wrong.items())) from error


@click.group()
def user() -> None:
    """The people of an agency."""


@user.command("create")
@click.option("--agency", "agency_id", type=TypedIdOption("agy"), required=True, help="agy_...")
@click.option("--sub-account", "sub_account_id", type=TypedIdOption("sac"), help="sac_...; the agency by default.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(list(Role)), required=True)
@click.option("--locale", type=click.Choice(list(LANGUAGES)))
@click.password_option(help="Asked for when not given.")
def create_user(
    *,
    agency_id: UUID,
    sub_account_id: UUID | None,
    email: str,
    name: str,
    role: str,
    locale: str | None,
    password: str,
) -> None:
    """Add somebody with a role and a password; prints their id."""
    now = clock.wall()
    with platform().app_context(), scope.of_agency(agency_id), transaction():
        refuse_nowhere(sub_account_id)
        person = create_person(email=email, name=name, locale=locale, password=password, by=OPERATOR, now=now)
        grant_role(person=person, role=Role(role), sub_account_id=sub_account_id, by=OPERATOR, now=now)
        click.echo(person.public_id)


@click.group("api-key")
def api_key() -> None:
    """The keys of programs."""


@api_key.command("create")
@click.option("--agency", "agency_id", type=TypedIdOption("agy"), required=True, help="agy_...")
@click.option("--sub-account", "sub_account_id", type=TypedIdOption("sac"), help="sac_...; the agency by default.")
@click.option("--name", required=True)
@click.option("--scope", "scopes", multiple=True, help="Repeat for several; every scope by default.")
def create_key(*, agency_id: UUID, sub_account_id: UUID | None, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key; prints it, this once."""
    wished = frozenset(scopes) or scopes_at(sub_account_id)
    with platform().app_context(), scope.of_agency(agency_id), transaction():
        refuse_nowhere(sub_account_id)
        _row, text = create_api_key(
            name=name, scopes=wished, sub_account_id=sub_account_id, by=OPERATOR, now=clock.wall()
        )
        click.echo(text)


def refuse_nowhere(sub_account_id: UUID | None) -> None:
    """Raise NotFound unless the agency in scope, and the sub-account if one is named, exist."""
    queries.agency()
    if sub_account_id is not None:
        queries.sub_account(sub_account_id)
