"""Subscribe, and change: chosen on a form, seen line by line, and only then done."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from agency.plans.rules.components import Component
from subaccounts.subscriptions import queries, words
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import holding
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription
from subaccounts.subscriptions.operations.advancing import coming
from subaccounts.subscriptions.operations.changing import ChangeWish, change, preview_change_of
from subaccounts.subscriptions.operations.offers import OfferWish
from subaccounts.subscriptions.operations.subscribing import SubscriptionWish, preview_subscription, subscribe
from subaccounts.subscriptions.routes.places import ONE, OWN, TAB, Place, in_console, in_panel, place_at
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.schemas.forms import ChangeForm, SubscribeForm
from wallet.billing_accounts.queries import payer_of
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards_to_try


@in_console.route(f"{TAB}/new", methods=["GET", "POST"])
@permits("subscriptions.manage")
def create(sub_account_id: UUID) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    prices = queries.base_prices(at.sub_account, now=now)
    form = Form(SubscribeForm(), initial={"collection": Collection.CARD})
    said = form.load()
    bill, renewal = None, None
    if said is not None:
        offer = OfferWish(price_id=said["price_id"], seats=said.get("seats"))
        wish = SubscriptionWish(
            sub_account=at.sub_account,
            offer=offer,
            coupons=(said["coupon"].upper(),) if said.get("coupon") else (),
            trial_days=said.get("trial_days"),
            collection=Collection(said["collection"]),
        )
        with form.catching(), transaction():
            begun = preview_subscription(wish, now=now)
            bill = begun.bills[0] if begun.bills else None
            renewal = coming(begun.holding, begun.holding.subscription.current_end)[1]
            if said.get("confirmed") == shown_total(bill):
                return _done(at, _("The subscription has begun."), lambda: subscribe(wish, by=current_actor(), now=now))
    return form.page(
        "subaccounts/subscriptions/new.html",
        **_context(at, prices, said, form, bill),
        renewal=renewal,
        collections=list(words.COLLECTIONS.items()),
        is_cardless=said is not None and said["collection"] == Collection.CARD and not _cards(at),
    )


@in_panel.route(f"{OWN}{ONE}/change", methods=["GET", "POST"])
@in_console.route(f"{TAB}{ONE}/change", methods=["GET", "POST"])
@permits("subscriptions.manage")
def edit(subscription_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    row = at.subscription(subscription_id)
    prices = queries.base_prices(at.sub_account, now=now)
    form = Form(ChangeForm(), initial=_as_it_is(row, prices))
    said = form.load()
    planned = None
    if said is not None:
        wish = _wish(said, row)
        with form.catching(), transaction():
            planned = preview_change_of(row, wish, now=now)
            if said.get("confirmed") == shown_total(planned.bill):
                message = _("The subscription is changed.") if planned.is_now else _("The change is planned.")
                return _done(at, message, lambda: _changed(row, wish))
    context = _context(at, prices, said, form, planned.bill if planned else None)
    return form.page("subaccounts/subscriptions/change.html", **context, planned=planned, row=row)


def shown_total(bill: Bill | None) -> str:
    """What a page shows before it is confirmed; if it is another by then, the page is shown again."""
    return bill.total.plain() if bill else "0"


def _changed(row: Subscription, wish: ChangeWish) -> Subscription:
    change(row, wish, by=current_actor(), now=clock.now())
    return row


def _done(at: Place, message: str, act: Callable[[], Subscription]) -> ResponseReturnValue:
    row = act()
    flash(message, "success")
    return redirect(at.url("show", subscription_id=row.id))


def _wish(said: dict[str, Any], row: Subscription) -> ChangeWish:
    """The same line of the price list is no change, whatever version of it is sold by now."""
    chosen, when = catalogue.one(Price, said["price_id"]), said.get("takes_effect")
    return ChangeWish(
        price_id=None if chosen.line_id == _base(row).line_id else chosen.id,
        seats=said.get("seats"),
        when=TakesEffect(when) if when else None,
    )


def _as_it_is(row: Subscription, prices: Sequence[Price]) -> dict[str, object]:
    line_id, seats = _base(row).line_id, holding(row).terms.seats
    chosen = next((price.public_id for price in prices if price.line_id == line_id), "")
    return {"price_id": chosen, "seats": "" if seats is None else seats}


def _cards(at: Place) -> list[PaymentMethod]:
    return cards_to_try(payer_of(at.sub_account.id).id)


def _base(row: Subscription) -> Price:
    return next(item.price for item in holding(row).terms.items if item.price.component is Component.BASE)


def _context(
    at: Place, prices: Sequence[Price], said: dict[str, Any] | None, form: Form, bill: Bill | None
) -> dict[str, Any]:
    return {
        "at": at,
        "offers": [(price.public_id, words.offer(price)) for price in prices],
        "bill": bill,
        "is_seen": said is not None and not form.errors,
        "total": shown_total(bill),
        "names": queries.line_names(bill.lines) if bill else {},
        "words": words,
    }
