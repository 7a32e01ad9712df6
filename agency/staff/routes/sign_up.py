from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from agency.foundation import clock, i18n, ids
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.actor import Actor
from agency.foundation.config import Settings
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.limits import limiter
from agency.foundation.tenancy import scope
from agency.staff.jobs import send_link
from agency.staff.models import LinkPurpose
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role
from agency.staff.routes.entering import ADDRESS_LIMIT, MAIL_LIMIT, settle_visitor
from agency.staff.routes.links import choose_password
from agency.staff.schemas import SignUpForm
from agency.tenants.operations.agencies import AgencyWish, open_agency

sign_up = outside("sign_up", __name__)
sign_up.before_request(settle_visitor)


@sign_up.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(MAIL_LIMIT, methods=["POST"])
@public("Where the operator allows it, anybody may open an agency.")
def open_new() -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    if not settings.sign_up_allowed:
        raise NotFound
    form = Form(SignUpForm(), initial={"currency": "USD"})
    wish = form.load()
    if wish is not None:
        with form.catching():
            _open(wish)
            return render_template("agency/staff/link_sent.html", email=wish["email"], purpose=LinkPurpose.SIGN_UP)
    return form.page(
        "agency/staff/sign_up.html",
        countries=i18n.country_choices(),
        currencies=i18n.currency_choices(),
        time_zones=[(name, name.replace("_", " ")) for name in i18n.TIME_ZONES],
    )


@sign_up.route("/sign-up/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("Whoever holds the link reads the owner's mail, and chooses the password, once.")
def confirm(text: str) -> ResponseReturnValue:
    return choose_password(text, LinkPurpose.SIGN_UP)


def _open(wish: dict[str, str]) -> None:
    """The agency and its first owner, who comes in by the link in the mail and no other way; or neither."""
    language, now = i18n.language(), clock.wall()
    by = Actor(kind="person", name=wish["name"], address=request.remote_addr)
    with scope.of_agency(ids.new_id()), transaction():
        open_agency(
            AgencyWish(
                name=wish["agency_name"],
                country=wish["country"],
                currency=wish["currency"],
                time_zone=wish["time_zone"],
                locale=language,
            ),
            by=by,
            now=now,
        )
        owner = create_person(
            email=wish["email"],
            name=wish["name"],
            locale=language,
            by=by,
            now=now,
        )
        grant_role(person=owner, role=Role.OWNER, by=by, now=now)
        send_link.later(link_id=str(ids.new_id()), person_id=str(owner.id), purpose=LinkPurpose.SIGN_UP)
