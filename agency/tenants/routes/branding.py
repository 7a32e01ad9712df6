"""How the agency's pages look: colour, portal name, logo. A colour is shown, and refused, before it is saved."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.contrast import derive_accent
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.tenants.branding import PLATFORM_ACCENT
from agency.tenants.logo import BYTES_MAX, LogoMissing
from agency.tenants.operations.branding import brand_agency, readable_accent, remove_logo, set_logo
from agency.tenants.schemas import Branding

pages = console("agency_branding", __name__)


@pages.route("/branding", methods=["GET", "POST"])
@permits("agency.manage")
def show() -> ResponseReturnValue:
    form = _form()
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            brand_agency(g.agency, **wish, by=current_actor(), now=clock.now())
            return _saved()
    return _page(form)


@pages.get("/branding/preview")
@permits("agency.manage")
def preview() -> str:
    """A part of the page, for the colour that is being typed."""
    return render_template("agency/tenants/branding_preview.html", **_preview(request.args.get("accent", "")))


@pages.post("/branding/logo")
@permits("agency.manage")
def upload() -> ResponseReturnValue:
    form = _form()
    sent = request.files.get("logo")
    with form.catching(), transaction():
        if not sent:
            raise LogoMissing
        set_logo(g.agency, sent.read(BYTES_MAX + 1), by=current_actor(), now=clock.now())
    return _page(form) if form.errors else _saved()


@pages.post("/branding/logo/removal")
@permits("agency.manage")
def remove() -> ResponseReturnValue:
    with transaction():
        remove_logo(g.agency, by=current_actor(), now=clock.now())
    return _saved()


def _form() -> Form:
    schema = Branding(unknown=EXCLUDE)
    return Form(schema, initial={name: getattr(g.agency, name) or "" for name in schema.fields})


def _page(form: Form) -> ResponseReturnValue:
    return form.page("agency/tenants/branding.html", agency=g.agency, **_preview(form.values.get("accent") or ""))


def _saved() -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for(".show"))


def _preview(typed: str) -> dict[str, object]:
    try:
        return {"accent": derive_accent(readable_accent(typed or PLATFORM_ACCENT)), "refusal": None}
    except DomainError as refusal:
        return {"accent": None, "refusal": str(refusal)}
