"""Moving subscriptions to another version of their price: tried first, done, followed, undone."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form, load_filters
from agency.foundation.money import Money
from agency.plans import queries as catalogue
from agency.plans import words as catalogue_words
from agency.plans.models.prices import Price
from agency.tenants.queries import names
from subaccounts.subscriptions import words
from subaccounts.subscriptions.jobs import go_on_moving
from subaccounts.subscriptions.models.moves import Moved, PriceMove
from subaccounts.subscriptions.operations.following_moves import followed, move, moves_of
from subaccounts.subscriptions.operations.moving import move_set, refuse_move, start_move, undo_move
from subaccounts.subscriptions.operations.rehearsing_moves import SET, Trial, candidates, rehearse_move
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.schemas.prices import MoveForm, MoveQuery

pages = console("price_moves", __name__)
pages.context_processor(lambda: {"words": words, "catalogue_words": catalogue_words})
TICKED_MAX = 500


@pages.route("/catalogue/prices/<id(pri):price_id>/moves/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create(price_id: UUID) -> ResponseReturnValue:
    price, now = catalogue.one(Price, price_id), clock.now()
    when = TakesEffect(load_filters(MoveQuery())["takes_effect"])
    form = Form(MoveForm(), initial={"which": "all"})
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            begun = begin(price, _wanted(said), TakesEffect(said["takes_effect"]))
            flash(_("The subscriptions are being moved."), "success")
            return redirect(url_for(".show", move_id=begun.id))
    refusal = _refusal(price, when)
    trials = [] if refusal else list(rehearse_move(price, candidates(price), when, now=now))
    return form.page(
        "subaccounts/subscriptions/move_new.html",
        price=price,
        when=when,
        refusal=refusal,
        moves=moves_of(price.line_id),
        **_tried(trials, price.currency),
    )


@pages.get("/catalogue/moves/<id(pmv):move_id>")
@permits("catalogue.manage")
def show(move_id: UUID) -> str:
    of = move(move_id)
    price = catalogue.one(Price, of.price_id)
    members = followed(of, price)
    return render_template(
        "subaccounts/subscriptions/move.html",
        move=of,
        price=price,
        members=members,
        counts={state: sum(member.state is state for member in members) for state in Moved},
    )


@pages.post("/catalogue/moves/<id(pmv):move_id>/undo")
@permits("catalogue.manage")
def undo(move_id: UUID) -> ResponseReturnValue:
    of = move(move_id)
    try:
        with transaction():
            undo_move(of, by=current_actor(), now=clock.now())
        flash(_("What had not come yet is taken back."), "success")
    except DomainError as refusal:
        session.rollback()
        flash(str(refusal), "critical")
    return redirect(url_for(".show", move_id=move_id))


def begin(price: Price, wanted: set[UUID] | None, when: TakesEffect) -> PriceMove:
    """The first set at once, the others by a job."""
    now = clock.now()
    begun = start_move(price, wanted, when, by=current_actor(), now=now)
    if move_set(begun, now=now) == SET:
        go_on_moving.later(move_id=str(begun.id))
    return begun


def _refusal(price: Price, when: TakesEffect) -> str | None:
    try:
        refuse_move(price, when, now=clock.now())
    except DomainError as refusal:
        return str(refusal)
    return None


def _wanted(said: dict[str, Any]) -> set[UUID] | None:
    return None if said["which"] == "all" else set(said["subscription_ids"])


def _tried(trials: list[Trial], currency: str) -> dict[str, Any]:
    """What the page lists, and the sums of all that would be moved."""
    moved = [trial for trial in trials if trial.reason is None]
    listed = trials[:TICKED_MAX]
    return {
        "trials": listed,
        "count": len(trials),
        "moved": len(moved),
        "clients": names({trial.subscription.sub_account_id for trial in listed}),
        "before": Money.sum([trial.before for trial in moved], currency),
        "after": Money.sum([trial.after for trial in moved], currency),
        "billed": Money.sum([trial.bill.total for trial in moved if trial.bill], currency),
    }
