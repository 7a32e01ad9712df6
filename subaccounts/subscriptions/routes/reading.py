"""All subscriptions of a sub-account, one of them, and what happened to them."""

from uuid import UUID

from flask import render_template
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.forms import load_filters
from agency.foundation.schemas import QuerySchema
from agency.plans import words as catalogue_words
from subaccounts.subscriptions import queries, words
from subaccounts.subscriptions.models.subscriptions import State
from subaccounts.subscriptions.operations.applying import read_terms
from subaccounts.subscriptions.operations.canceling import preview_cancellation
from subaccounts.subscriptions.operations.pausing import preview_pause
from subaccounts.subscriptions.routes.places import ONE, OWN, TAB, in_console, in_panel, place_at
from subaccounts.subscriptions.rules.conventions import TakesEffect


class Cursor(QuerySchema):
    cursor = fields.String()


@in_panel.get(OWN)
@in_console.get(TAB)
@permits("subscriptions.read")
def index(sub_account_id: UUID | None = None) -> str:
    at = place_at(sub_account_id)
    page = queries.subscriptions(sub_account_id=at.sub_account.id, **load_filters(Cursor()))
    return render_template(
        "subaccounts/subscriptions/index.html",
        at=at,
        page=queries.shown_page(page),
        words=words,
        catalogue_words=catalogue_words,
    )


@in_panel.get(f"{OWN}/history")
@in_console.get(f"{TAB}/history")
@permits("subscriptions.read")
def history(sub_account_id: UUID | None = None) -> str:
    at = place_at(sub_account_id)
    page = queries.history_of(at.sub_account.id, **load_filters(Cursor()))
    return render_template(
        "subaccounts/subscriptions/history.html",
        at=at,
        page=page,
        products=queries.products({entry.product_id for entry in page.rows}),
        words=words,
    )


@in_panel.get(f"{OWN}{ONE}")
@in_console.get(f"{TAB}{ONE}")
@permits("subscriptions.read")
def show(subscription_id: UUID, sub_account_id: UUID | None = None) -> str:
    at, now = place_at(sub_account_id), clock.now()
    row = at.subscription(subscription_id)
    can_rest = row.runs and row.ends_at is None
    shown = queries.shown([row])[0]
    return render_template(
        "subaccounts/subscriptions/show.html",
        at=at,
        shown=shown,
        planned=[(change, read_terms(change.terms)) for change in shown.holding.planned],
        entries=queries.history(row.id, limit=100).rows,
        pause=preview_pause(row, now=now) if can_rest else None,
        ending=None if row.is_over else preview_cancellation(row, TakesEffect.NOW, now=now),
        is_paused=row.state is State.PAUSED,
        words=words,
    )
