"""What a moment bills: lines with discounts and tax, computed for a preview and for the real thing alike."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from agency.foundation.database.base import JsonObject
from agency.foundation.exact import exact, to_coins
from agency.foundation.money import Money
from agency.plans.models.coupons import Coupon
from agency.plans.models.taxes import Tax
from agency.plans.rules.coupons import Applied, CouponInUse, DiscountableLine, apply_coupons
from agency.plans.rules.tax import TaxableLine, TaxRate, TaxTerms, Treatment, compute_tax
from subaccounts.subscriptions.bills import Bill, BillLine, Charges, Debtor
from subaccounts.subscriptions.holdings import Holding
from subaccounts.subscriptions.models.subscriptions import SubscriptionCoupon
from subaccounts.subscriptions.rules.periods import Segment
from subaccounts.subscriptions.rules.proration import Component, Line, charges
from subaccounts.subscriptions.terms import WHOLE, Item, Terms

PERCENT = 100
NOT_THESE = frozenset[str]()


def period_bill(holding: Holding, terms: Terms, segment: Segment, *, occasion: str, is_first: bool) -> Bill:
    """A period, or the part of one that is left, paid ahead; the first one brings what is paid once."""
    subscription = holding.subscription
    lines = list(_charges(holding, terms.components(as_paid=False), segment))
    if is_first:
        lines += list(_once(terms, segment, subscription.currency))
    discountable = [DiscountableLine(line_id=line.component, amount=exact(line.amount)) for line in lines]
    in_use = [coupon_in_use(row, coupon, terms) for row, coupon in holding.coupons]
    discounted = apply_coupons(discountable, in_use, currency=subscription.currency)
    bill = _bill(holding, terms, terms, lines, occasion=occasion, at=segment.part.start, left=discounted.left)
    bill.coupons = _coupons_after(holding, discounted.applied)
    return bill


def change_bill(holding: Holding, come: Terms, lines: Iterable[Line], *, occasion: str, at: datetime) -> Bill:
    """Lines of a change, pause or cancellation: credits are of the present terms, charges of those that come."""
    return _bill(holding, come, holding.terms, list(lines), occasion=occasion, at=at, left={})


def percent_factor(holding: Holding, terms: Terms) -> Fraction:
    """What the percent coupons of the period that runs leave of a price that joins it."""
    factor = WHOLE
    for row, coupon in holding.coupons:
        runs = row.used_for is not None and row.used_for == holding.subscription.current_start
        if runs and coupon.percent is not None and _means(coupon, terms):
            factor *= 1 - Fraction(coupon.percent) / PERCENT
    return factor


def coupon_in_use(row: SubscriptionCoupon, coupon: Coupon, terms: Terms) -> CouponInUse:
    """A coupon with what is left of it; one for other products takes nothing here."""
    left = row.amount_left_micros
    return CouponInUse(
        terms=coupon.terms if _means(coupon, terms) else replace(coupon.terms, line_ids=NOT_THESE),
        periods_left=row.periods_left,
        amount_left=None if left is None else Money(left, coupon.currency or ""),
        has_ended=row.has_ended,
    )


def _means(coupon: Coupon, terms: Terms) -> bool:
    return not coupon.product_ids or terms.product.id in coupon.product_ids


def _charges(holding: Holding, components: Iterable[Component], segment: Segment) -> Iterable[Line]:
    row = holding.subscription
    return charges(components, segment, row.conventions, zone=row.zone, currency=row.currency)


def _once(terms: Terms, segment: Segment, currency: str) -> Iterable[Line]:
    for item in terms.once():
        amount = to_coins(terms.price_of(item), currency)
        if amount:
            yield Line(component=item.code, segment=segment, share=WHOLE, amount=amount)


def _coupons_after(holding: Holding, applied: Sequence[Applied]) -> list[tuple[SubscriptionCoupon, CouponInUse]]:
    """Those that took something; a coupon for ever stays as it was, and its use is kept all the same."""
    pairs = zip(holding.coupons, applied, strict=True)
    return [(row, each.coupon) for (row, _coupon), each in pairs if each.taken]


def _bill(
    holding: Holding,
    come: Terms,
    gone: Terms,
    lines: Sequence[Line],
    *,
    occasion: str,
    at: datetime,
    left: dict[str, Fraction],
) -> Bill:
    currency = holding.subscription.currency
    nets = [to_coins(left.get(line.component, exact(line.amount)), currency) for line in lines]
    taxes = holding.tax_book.taxes(come.product.tax_category, holding.account, at)
    taxed = [_taxable(net, taxes) for net in nets]
    line_taxes = compute_tax(taxed, TaxTerms(currency=currency)).line_taxes
    said = [told(tax) for tax in taxes]
    billed = []
    for line, net, tax in zip(lines, nets, line_taxes, strict=True):
        item = (gone if line.amount.micros < 0 else come).item(line.component)
        billed.append(_line(item, line, net=net, tax=tax, taxes=said, at=at, occasion=occasion))
    return Bill(debtor=Debtor.of(holding.subscription), charges=Charges(lines=billed, currency=currency, at=at))


def _line(
    item: Item, line: Line, *, net: Money, tax: Money, taxes: Sequence[JsonObject], at: datetime, occasion: str
) -> BillLine:
    return BillLine(
        component=line.component,
        occasion=f"{occasion} credit" if line.amount.micros < 0 else occasion,
        period_start=line.segment.part.start,
        period_end=line.segment.part.end,
        price_id=item.price.id,
        product_id=item.price.product_id,
        quantity=item.quantity,
        share=line.share,
        discount=line.amount - net,
        amount=net,
        tax=tax,
        taxes=taxes,
        billed_at=at,
    )


def _taxable(net: Money, taxes: Sequence[Tax]) -> TaxableLine:
    for tax in taxes:
        if tax.treatment is not Treatment.TAXED:
            return TaxableLine(amount=exact(net), treatment=tax.treatment, reason=tax.reason)
    rates = tuple(TaxRate(code=tax.name, percent=tax.percent) for tax in taxes)
    return TaxableLine(amount=exact(net), rates=rates)


def told(tax: Tax) -> JsonObject:
    """As lines of documents keep it."""
    percent = f"{tax.percent.normalize():f}"
    return {"name": tax.name, "percent": percent, "treatment": tax.treatment, "reason": tax.reason}


def keep_coupons(bill: Bill) -> None:
    """Write down what the bill took of each coupon."""
    for row, after in bill.coupons:
        row.periods_left, row.has_ended = after.periods_left, after.has_ended
        row.amount_left_micros = None if after.amount_left is None else after.amount_left.micros
        row.used_for = bill.at
