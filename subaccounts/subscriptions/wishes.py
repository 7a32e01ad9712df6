"""From what a schema read to the wish of an operation."""

from typing import Any

from agency.foundation.errors import NotAllowed
from agency.plans.rules.components import Interval
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.models.columns import conventions_from
from subaccounts.subscriptions.models.subscriptions import Collection, Unpaid
from subaccounts.subscriptions.operations.changing import ChangeWish
from subaccounts.subscriptions.operations.offers import OfferWish
from subaccounts.subscriptions.operations.subscribing import Anchoring, SubscriptionWish
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.rules.periods import Cadence

# What a client may not settle for itself.
AGENCYS_TO_SAY = ("trial_days", "anchor_day", "due_days", "conventions")


def subscription_wish(said: dict[str, Any], sub_account: SubAccount) -> SubscriptionWish:
    offer = OfferWish(
        product_id=said.get("plan_id"),
        price_id=said.get("price_id"),
        cadence=_cadence(said),
        quantity=said.get("quantity", 1),
        seats=said.get("seats"),
        add_ons=_add_ons(said) or {},
    )
    return SubscriptionWish(
        sub_account=sub_account,
        offer=offer,
        coupons=tuple(code.strip().upper() for code in said["coupons"]),
        trial_days=said.get("trial_days"),
        anchoring=Anchoring(said["anchoring"]),
        anchor_day=said.get("anchor_day"),
        collection=Collection(said["collection"]),
        due_days=said["due_days"],
        unpaid=Unpaid(said["unpaid"]),
        conventions=conventions_from(said["conventions"]),
    )


def refuse_agencys_terms(said: dict[str, Any]) -> None:
    """A client chooses what it buys and pays it by card or wallet; the other terms are its agency's.

    Raises:
        NotAllowed
    """
    settled = Collection(said["collection"]) is Collection.INVOICE or Unpaid(said["unpaid"]) is not Unpaid.PAUSE
    if settled or any(said.get(name) for name in AGENCYS_TO_SAY) or said.get("trial_days") is not None:
        raise NotAllowed


def change_wish(said: dict[str, Any]) -> ChangeWish:
    when = said.get("takes_effect")
    return ChangeWish(
        product_id=said.get("plan_id"),
        price_id=said.get("price_id"),
        cadence=_cadence(said),
        quantity=said.get("quantity"),
        seats=said.get("seats"),
        add_ons=_add_ons(said),
        when=TakesEffect(when) if when else None,
        at=said.get("at"),
    )


def _cadence(said: dict[str, Any]) -> Cadence | None:
    interval = said.get("interval")
    return Cadence(interval=Interval(interval), every=said.get("interval_count", 1)) if interval else None


def _add_ons(said: dict[str, Any]) -> dict[Any, int] | None:
    if "add_ons" not in said:
        return None
    return {add_on["price_id"]: add_on["quantity"] for add_on in said["add_ons"]}
