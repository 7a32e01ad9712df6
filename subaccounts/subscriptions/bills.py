"""What a moment bills: lines with discounts and tax, computed for a preview and for the real thing alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from agency.foundation import ids
from agency.foundation.exact import exact, to_coins
from agency.foundation.money import Money
from agency.plans.models.coupons import Coupon
from agency.plans.models.taxes import Tax
from agency.plans.rules.coupons import Applied, CouponInUse, DiscountableLine, apply_coupons
from agency.plans.rules.tax import TaxableLine, TaxRate, TaxTerms, Treatment, compute_tax
from subaccounts.subscriptions.holdings import Holding
from subaccounts.subscriptions.models.course import BilledLine
from subaccounts.subscriptions.models.subscriptions import Subscription, SubscriptionCoupon
from subaccounts.subscriptions.rules.periods import Segment
from subaccounts.subscriptions.rules.proration import Component, Line, charges
from subaccounts.subscriptions.terms import WHOLE, Item, Terms

PERCENT = 100
NOT_THESE = frozenset[str]()


@dataclass(slots=True, kw_only=True)
class Bill:
    """Lines that one act bills together. A ``total`` below zero is credit for the account."""

    subscription: Subscription
    lines: list[BilledLine]
    at: datetime
    coupons: list[tuple[SubscriptionCoupon, CouponInUse]] = field(default_factory=list)
    id: UUID = field(default_factory=ids.new_id)

    @property
    def sub_account_id(self) -> UUID:
        return self.subscription.sub_account_id

    @property
    def currency(self) -> str:
        return self.subscription.currency

    @property
    def net(self) -> Money:
        return Money.sum([line.amount for line in self.lines], self.currency)

    @property
    def tax(self) -> Money:
        return Money.sum([line.tax for line in self.lines], self.currency)

    @property
    def total(self) -> Money:
        return self.net + self.tax


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
    bill = Bill(subscription=holding.subscription, lines=[], at=at)
    nets = [to_coins(left.get(line.component, exact(line.amount)), bill.currency) for line in lines]
    taxes = holding.tax_book.taxes(come.product.tax_category, holding.account, at)
    taxed = [_taxable(net, taxes) for net in nets]
    line_taxes = compute_tax(taxed, TaxTerms(currency=bill.currency)).line_taxes
    for line, net, tax in zip(lines, nets, line_taxes, strict=True):
        is_credit = line.amount.micros < 0
        item = (gone if is_credit else come).item(line.component)
        row = _line(bill, item, line, occasion=f"{occasion} credit" if is_credit else occasion)
        row.discount_micros, row.amount_micros, row.tax_micros = (line.amount - net).micros, net.micros, tax.micros
        row.taxes = [_told(tax_row) for tax_row in taxes]
        bill.lines.append(row)
    return bill


def _line(bill: Bill, item: Item, line: Line, *, occasion: str) -> BilledLine:
    return BilledLine(
        id=ids.new_id(),
        sub_account_id=bill.subscription.sub_account_id,
        subscription_id=bill.subscription.id,
        bill_id=bill.id,
        component=line.component,
        period_start=line.segment.part.start,
        period_end=line.segment.part.end,
        occasion=occasion,
        price_id=item.price.id,
        product_id=item.price.product_id,
        quantity=item.quantity,
        share=line.share,
        currency=bill.currency,
        billed_at=bill.at,
    )


def _taxable(net: Money, taxes: Sequence[Tax]) -> TaxableLine:
    for tax in taxes:
        if tax.treatment is not Treatment.TAXED:
            return TaxableLine(amount=exact(net), treatment=tax.treatment, reason=tax.reason)
    rates = tuple(TaxRate(code=tax.name, percent=tax.percent) for tax in taxes)
    return TaxableLine(amount=exact(net), rates=rates)


def _told(tax: Tax) -> dict[str, str | None]:
    percent = f"{tax.percent.normalize():f}"
    return {"name": tax.name, "percent": percent, "treatment": tax.treatment, "reason": tax.reason}


def keep_coupons(bill: Bill) -> None:
    """Write down what the bill took of each coupon."""
    for row, after in bill.coupons:
        row.periods_left, row.has_ended = after.periods_left, after.has_ended
        row.amount_left_micros = None if after.amount_left is None else after.amount_left.micros
        row.used_for = bill.at
