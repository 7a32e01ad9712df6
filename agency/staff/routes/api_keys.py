"""API keys on the agency's pages (of the agency, or of one of its sub-accounts) and on a sub-account's own."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.staff import queries
from agency.staff.operations.api_keys import create_api_key, revoke_api_key
from agency.staff.roles import scope_groups, scopes_at
from agency.staff.schemas import ApiKeyForm, NewKeyQuery, PageCursor, SubAccountSearch
from agency.tenants import queries as tenants
from agency.tenants.models import SubAccount

ADDRESS = "/developers/api-keys"

api_keys = console("api_keys", __name__)
panel_api_keys = panel("panel_api_keys", __name__)


@api_keys.get(ADDRESS)
@panel_api_keys.get(ADDRESS)
@permits("keys.manage")
def index() -> ResponseReturnValue:
    page = queries.api_keys(**load_filters(PageCursor()))
    names = tenants.names({key.sub_account_id for key in page.rows if key.sub_account_id})
    return render_template("agency/staff/api_keys.html", page=page, names=names)


@api_keys.get(f"{ADDRESS}/new/sub-account")
@permits("keys.manage")
def choose_sub_account() -> ResponseReturnValue:
    """A key for one sub-account: which one?"""
    wanted = load_filters(SubAccountSearch())
    page = tenants.sub_accounts(**wanted)
    return render_template("agency/staff/choose_sub_account.html", page=page, search=wanted["search"])


@api_keys.route(f"{ADDRESS}/new", methods=["GET", "POST"])
@panel_api_keys.route(f"{ADDRESS}/new", methods=["GET", "POST"])
@permits("keys.manage")
def new() -> ResponseReturnValue:
    sub_account = _sub_account()
    form = Form(ApiKeyForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _create(wish, sub_account)
    groups = scope_groups(scopes_at(sub_account) & current_visitor().grants[g.place])
    chosen = request.form.getlist("scopes")
    return form.page("agency/staff/new_api_key.html", sub_account=sub_account, groups=groups, chosen=chosen)


def _sub_account() -> SubAccount | None:
    """Whose key it will be: at the agency's pages the address says so (none: the agency's own)."""
    place = g.place or load_filters(NewKeyQuery())["sub_account"]
    return tenants.sub_account(place) if place is not None else None


def _create(wish: dict[str, Any], sub_account: SubAccount | None) -> ResponseReturnValue:
    """The key goes straight into the page, this once: a redirect would have to keep it somewhere."""
    with transaction():
        key, text = create_api_key(
            name=wish["name"],
            scopes=frozenset(wish["scopes"]),
            held=current_visitor().grants[g.place],
            sub_account_id=sub_account.id if sub_account else None,
            by=current_actor(),
            now=clock.wall(),
        )
    return render_template("agency/staff/api_key_made.html", key=key, text=text, sub_account=sub_account)


@api_keys.post(f"{ADDRESS}/<id(key):key_id>/revoke")
@panel_api_keys.post(f"{ADDRESS}/<id(key):key_id>/revoke")
@permits("keys.manage")
def revoke(key_id: UUID) -> ResponseReturnValue:
    key = queries.api_key(key_id)
    with transaction():
        revoke_api_key(key, by=current_actor(), now=clock.wall())
    flash(_("The key %(name)s is revoked.", name=key.name), "success")
    return redirect(url_for(".index"))
