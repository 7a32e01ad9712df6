"""A change becomes real: its lines are billed, its prices replace the former ones."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from agency.foundation.database.base import JsonObject
from agency.plans import queries as catalogue
from agency.plans.models.products import Product
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.billing import change_bill, percent_factor
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import Holding, prices
from subaccounts.subscriptions.models.course import ChangeState, Happened, SubscriptionChange
from subaccounts.subscriptions.models.subscriptions import State
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.rules.changes import ChangePreview, preview_change
from subaccounts.subscriptions.rules.periods import Cadence
from subaccounts.subscriptions.rules.proration import share
from subaccounts.subscriptions.terms import Item, Terms, item_row
from wallet.credits.operations.grants import Grant, period_grant, upgraded
from wallet.credits.rules.monthly import Unused


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A change seen at its moment: the terms as they will be paid, what the rules say, and what it bills."""

    terms: Terms
    preview: ChangePreview
    bill: Bill


def weigh(holding: Holding, new: Terms, *, at: datetime, occasion: str) -> Weighed:
    """What a change at a moment of the period that runs would do. Changes nothing."""
    row = holding.subscription
    terms = new.carried_over(holding.terms, factor=percent_factor(holding, new))
    preview = preview_change(
        at=at,
        current=row.current,
        schedule=row.schedule,
        old=holding.terms.offer(),
        new=terms.offer(),
        conventions=row.conventions,
        currency=row.currency,
    )
    lines = () if row.state is State.TRIALING else preview.lines
    bill = change_bill(holding, terms, lines, occasion=occasion, at=at)
    return Weighed(terms=terms, preview=preview, bill=bill)


def apply_change(holding: Holding, change: SubscriptionChange, *, outcome: Outcome, now: datetime) -> Bill:
    """The change counts from here on."""
    row, former = holding.subscription, holding.terms
    weighed = weigh(holding, read_terms(change.terms), at=change.at, occasion=str(change.id))
    outcome.grants.extend(_more_credit(holding, weighed, change))
    change.state, change.ended_at = ChangeState.APPLIED, now
    if change in holding.planned:
        holding.planned.remove(change)
    _follow(holding, weighed)
    row.product_id = weighed.terms.product.id
    row.contents_id = weighed.terms.contents.id if weighed.terms.contents else None
    holding.terms = _stored(holding, former, weighed.terms, at=weighed.preview.counts_from, outcome=outcome)
    outcome.bill(weighed.bill)
    # A trial is worth nothing yet.
    worth = None if row.state is State.TRIALING else holding.terms.recurring(row.currency)
    outcome.tell(row, Happened.CHANGED, at=change.at, by=change.requested_by, bill=weighed.bill, recurring=worth)
    return weighed.bill


def _follow(holding: Holding, weighed: Weighed) -> None:
    """Another interval begins a new period, unless the change counts from the end of the one that runs."""
    row, preview = holding.subscription, weighed.preview
    if preview.schedule == row.schedule:
        return
    if row.state is State.TRIALING:
        row.follow(replace(row.schedule, cadence=weighed.terms.cadence))
        return
    began, row_end = row.current_start, row.current_end
    row.follow(preview.schedule)
    if preview.counts_from < row_end:
        row.current_start, row.current_end = preview.counts_from, preview.period.end
        for coupon, _terms in holding.coupons:
            coupon.used_for = row.current_start if coupon.used_for == began else coupon.used_for


def _stored(holding: Holding, former: Terms, terms: Terms, *, at: datetime, outcome: Outcome) -> Terms:
    """Rows of what goes end, rows of what comes begin; what stays keeps its own."""
    row, items = holding.subscription, []
    for item in former.items:
        if item.row is not None and not any(item.is_like(kept) for kept in terms.items):
            item.row.until_at = at
    for item in terms.items:
        if item.row is None:
            stored = item_row(item, sub_account_id=row.sub_account_id, subscription_id=row.id, at=at)
            outcome.rows.append(stored)
            items.append(replace(item, row=stored))
        else:
            items.append(item)
    return replace(terms, items=tuple(items))


def _more_credit(holding: Holding, weighed: Weighed, change: SubscriptionChange) -> list[Grant]:
    """An upgrade brings the rest of this month's credit at once; a plan that has credit at last begins with it."""
    row, contents = holding.subscription, weighed.terms.contents
    if row.state is State.TRIALING or contents is None or contents.credits is None:
        return []
    if contents.credits_currency != row.currency:
        return []
    former = holding.terms.contents
    if row.next_credits_at is None or former is None or former.credits is None:
        row.next_credits_at = max(change.at, row.current_start)
        return []
    month = replace(row.schedule, cadence=Cadence(interval=Interval.MONTH)).period_at(change.at)
    base = period_grant(
        row.id,
        row.sub_account_id,
        contents.credits,
        period_start=month.start,
        period_end=month.end,
        unused=Unused.ROLLS_OVER if contents.credits_roll_over else Unused.EXPIRES,
        description=weighed.terms.product.name,
    )
    rest = replace(row.current, part=replace(month, start=max(weighed.preview.counts_from, month.start)), whole=month)
    more = upgraded(base, change.id, old=former.credits, share_left=share(rest, row.conventions, row.zone))
    return [more] if more else []


def keep_terms(terms: Terms) -> JsonObject:
    """The very versions that were shown, as JSON."""
    return {
        "product": str(terms.product.id),
        "contents": str(terms.contents.id) if terms.contents else None,
        "interval": terms.cadence.interval,
        "every": terms.cadence.every,
        "items": [{"price": str(item.price.id), "quantity": item.quantity} for item in terms.items],
    }


def read_terms(stored: JsonObject) -> Terms:
    from_ids = {item["price"]: item["quantity"] for item in stored["items"]}
    known = {str(price_id): price for price_id, price in prices(map(UUID, from_ids)).items()}
    contents = stored["contents"]
    return Terms(
        product=catalogue.one(Product, UUID(stored["product"])),
        contents=catalogue.contents(UUID(contents)) if contents else None,
        cadence=Cadence(interval=Interval(stored["interval"]), every=stored["every"]),
        items=tuple(Item(price=known[price], quantity=quantity) for price, quantity in from_ids.items()),
    )
