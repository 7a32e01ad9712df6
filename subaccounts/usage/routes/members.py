from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form, load_filters
from agency.foundation.schemas import FormSchema, QuerySchema, Text
from subaccounts.usage.operations.naming import name_member
from subaccounts.usage.queries import members
from subaccounts.usage.routes.places import OWN, TAB, in_console, in_panel, place_at


class Named(QuerySchema):
    reference = fields.String(load_default="")


class MemberForm(FormSchema):
    name = Text(required=True, longest=120)
    department = Text(longest=80, load_default="")


@in_panel.route(f"{OWN}/member", methods=["GET", "POST"])
@in_console.route(f"{TAB}/member", methods=["GET", "POST"])
@permits("usage.write")
def member(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    """Name somebody whom events named."""
    at, reference = place_at(sub_account_id), load_filters(Named())["reference"]
    named = next((each for each in members(at.sub_account.id) if each.reference == reference), None)
    if named is None:
        raise NotFound
    form = Form(MemberForm(), initial={"name": named.name, "department": named.department})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            name_member(at.sub_account, reference, **wish, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(at.url("index"))
    return form.page("subaccounts/usage/member.html", at=at, named=named)
