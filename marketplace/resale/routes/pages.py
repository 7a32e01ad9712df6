"""Resold services on the agency's pages: what each costs and brings, and one form that changes many markups."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.plans import words
from marketplace.resale import queries
from marketplace.resale.operations import LineChange, change_markups, plan_markups, undo_markups
from marketplace.resale.rules import MarkupWish
from marketplace.resale.schemas import MarkupForm

pages = console("resale", __name__)
pages.context_processor(lambda: {"words": words})


@pages.get("/resale")
@permits("catalogue.manage")
def index() -> str:
    return render_template(
        "marketplace/resale/index.html",
        offers=queries.resale_offers(at=clock.now()),
        changes=queries.markup_changes(limit=10).rows,
    )


@pages.route("/resale/markups", methods=["GET", "POST"])
@permits("catalogue.manage")
def markups() -> ResponseReturnValue:
    """Choose, see each client's difference, and only then change."""
    form, planned, seal = Form(MarkupForm()), None, None
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            wish, now = MarkupWish(markup=said["markup"], percent=said["percent"]), clock.now()
            planned = plan_markups(wish, now=now)
            seal = _seal(wish, planned)
            if planned and said.get("confirmed") == seal:
                change_markups(wish, planned, by=current_actor(), now=now)
                flash(_("The markups are changed. You can undo it here."), "success")
                return redirect(url_for(".index"))
    return form.page("marketplace/resale/markups.html", planned=planned, seal=seal)


@pages.post("/resale/changes/<id(mkc):markup_change_id>/undo")
@permits("catalogue.manage")
def undo(markup_change_id: UUID) -> ResponseReturnValue:
    change = queries.markup_change(markup_change_id)
    with transaction():
        undo_markups(change, by=current_actor(), now=clock.now())
    flash(_("Undone. The former prices hold again from now on."), "success")
    return redirect(url_for(".index"))


def _seal(wish: MarkupWish, planned: Sequence[LineChange]) -> str:
    """What was shown: another wish, or other lines meanwhile, are shown before they are done."""
    shown = ((line.offer.price.id, line.written.markup) for line in planned)
    return hashlib.sha256(repr((wish, sorted(shown))).encode()).hexdigest()
