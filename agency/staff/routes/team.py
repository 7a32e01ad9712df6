"""The people of a place: of the agency, of a sub-account seen from the agency, of the sub-account itself."""

from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.i18n import LANGUAGES
from agency.foundation.limits import limiter
from agency.foundation.tokens import Token
from agency.staff import queries
from agency.staff.mails import mail_invitation
from agency.staff.models import Invitation
from agency.staff.operations import invitations, memberships
from agency.staff.roles import OWNERS, ROLE_NAMES, Role, roles_at
from agency.staff.routes.entering import ADDRESS_LIMIT
from agency.staff.schemas import InvitationForm, RoleForm
from agency.tenants import queries as tenants
from agency.tenants.models import SubAccount

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

team = console("team", __name__)
sub_account_team = console("sub_account_team", __name__)
panel_team = panel("panel_team", __name__)
PLACES = ((team, ""), (panel_team, ""), (sub_account_team, "/sub-accounts/<id(sac):sub_account_id>"))


@sub_account_team.url_value_preprocessor
def take_place(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The sub-account is a part of the address, as the tenant is: views need not repeat it."""
    g.team_of = (values or {}).pop("sub_account_id", None)


@sub_account_team.url_defaults
def put_place(_endpoint: str, values: MutableMapping[str, Any]) -> None:
    values.setdefault("sub_account_id", g.get("team_of"))


def at_every_place(rule: str, **options: Any) -> Callable[[View], View]:  # noqa: ANN401  # Flask's own options.
    """The same page for each of the three places."""

    def register(view: View) -> View:
        for blueprint, prefix in PLACES:
            blueprint.add_url_rule(prefix + rule, view_func=view, **options)
        return view

    return register


def _sub_account() -> SubAccount | None:
    """Whose team it is: a sub-account's, or (None) the agency's."""
    place = g.get("team_of") or g.place
    return tenants.sub_account(place) if place is not None else None


def _place() -> UUID | None:
    found = _sub_account()
    return found.id if found is not None else None


def _may_manage_owners() -> bool:
    """Whoever runs the agency's sub-accounts also chooses who owns their panels."""
    needed = "sub_accounts.manage" if g.get("team_of") else "team.owners"
    return current_visitor().may(needed)


def _choices() -> list[tuple[Role, object]]:
    place, owners = _place(), _may_manage_owners()
    given = roles_at(place, publishes=queries.publishes())
    return [(role, ROLE_NAMES[role]) for role in given if owners or role not in OWNERS]


@at_every_place("/team")
@permits("team.read")
def members() -> ResponseReturnValue:
    sub_account = _sub_account()
    place = sub_account.id if sub_account else None
    return render_template(
        "agency/staff/sub_account_team.html" if g.get("team_of") else "agency/staff/team.html",
        sub_account=sub_account,
        members=queries.team(place),
        invitations=queries.open_invitations(place),
        role_names=ROLE_NAMES,
        now=clock.wall(),
    )


@at_every_place("/team/invite", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@permits("team.manage")
def invite() -> ResponseReturnValue:
    form = Form(InvitationForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _invite(**wish)
    return form.page("agency/staff/invite.html", sub_account=_sub_account(), roles=_choices())


def _invite(*, email: str, role: Role) -> ResponseReturnValue:
    now = clock.wall()
    with transaction():
        invitation, token = invitations.invite(
            email=email,
            role=role,
            sub_account_id=_place(),
            may_manage_owners=_may_manage_owners(),
            by=current_actor(),
            now=now,
        )
        _mail(invitation, token)
    flash(_("The invitation to %(email)s is on its way.", email=email), "success")
    return redirect(url_for(".members"))


def _mail(invitation: Invitation, token: Token) -> None:
    """Somebody unknown is written to in the language of the place they are invited to."""
    agency, sub_account = tenants.agency(), _sub_account()
    place_language = (sub_account or agency).locale.partition("_")[0]
    known = queries.person_by_email(invitation.email)
    language = (known.locale if known else None) or place_language
    mail_invitation(
        invitation,
        token,
        agency=agency,
        sub_account=sub_account,
        language=language if language in LANGUAGES else "en",
        now=clock.wall(),
    )


@at_every_place("/team/invitations/<id(ivt):invitation_id>/resend", methods=["POST"])
@limiter.limit(ADDRESS_LIMIT)
@permits("team.manage")
def resend(invitation_id: UUID) -> ResponseReturnValue:
    invitation = queries.invitation(invitation_id, _place())
    with transaction():
        token = invitations.resend(
            invitation, may_manage_owners=_may_manage_owners(), by=current_actor(), now=clock.wall()
        )
        _mail(invitation, token)
    flash(_("A fresh invitation to %(email)s is on its way.", email=invitation.email), "success")
    return redirect(url_for(".members"))


@at_every_place("/team/invitations/<id(ivt):invitation_id>/revoke", methods=["POST"])
@permits("team.manage")
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    invitation = queries.invitation(invitation_id, _place())
    with transaction():
        invitations.revoke(invitation, may_manage_owners=_may_manage_owners(), by=current_actor(), now=clock.wall())
    flash(_("The invitation to %(email)s is revoked.", email=invitation.email), "success")
    return redirect(url_for(".members"))


@at_every_place("/team/<id(mem):membership_id>", methods=["GET", "POST"])
@permits("team.manage")
def member(membership_id: UUID) -> ResponseReturnValue:
    found = queries.member(membership_id, _place())
    form = Form(RoleForm(), initial={"role": found.membership.role})
    wish = form.load()
    if wish is not None:
        with form.catching():
            with transaction():
                memberships.change_role(
                    found.membership,
                    wish["role"],
                    may_manage_owners=_may_manage_owners(),
                    by=current_actor(),
                    now=clock.wall(),
                )
            flash(_("The role of %(name)s is changed.", name=found.person.name), "success")
            return _back(found)
    return _member_page(form, membership_id)


@at_every_place("/team/<id(mem):membership_id>/remove", methods=["POST"])
@permits("team.manage")
def remove(membership_id: UUID) -> ResponseReturnValue:
    found = queries.member(membership_id, _place())
    form = Form(RoleForm())
    with form.catching(), transaction():
        memberships.remove_member(
            found.membership, may_manage_owners=_may_manage_owners(), by=current_actor(), now=clock.wall()
        )
    if form.errors:
        return _member_page(form, membership_id)
    flash(_("%(name)s is no longer on the team.", name=found.person.name), "success")
    return _back(found)


def _member_page(form: Form, membership_id: UUID) -> ResponseReturnValue:
    """Read anew: after a refusal the member may be gone, taken off by somebody else."""
    found = queries.member(membership_id, _place())
    form.values = {"role": found.membership.role, **form.values}
    return form.page("agency/staff/member.html", member=found, sub_account=_sub_account(), roles=_choices())


def _back(found: queries.Member) -> ResponseReturnValue:
    """To the team; whoever has just changed their own role may not open it any more."""
    if found.person.id == current_visitor().id:
        return redirect(url_for("home.page"))
    return redirect(url_for(".members"))
