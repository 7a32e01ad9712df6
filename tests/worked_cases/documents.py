"""Coupons, tax and rounding of a document."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from agency.foundation.exact import exact, half_away, to_coins
from agency.foundation.money import Money
from agency.plans.rules.coupons import DiscountableLine, Spread, apply_coupons
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.tax import Inclusive, Rounding, TaxableLine, TaxRate, TaxTerms, compute_tax
from agency.plans.rules.terms import Model, PriceTerms
from subaccounts.subscriptions.rules.periods import segments
from subaccounts.subscriptions.rules.proration import share
from tests.worked_cases.cases import answers
from tests.worked_cases.periods import days
from tests.worked_cases.settings import conventions, coupon, discounted, moment, schedule, zone


def fees(case):
    return [DiscountableLine(line_id=fee["id"], amount=case.major(fee["amount"])) for fee in case.given["fees"]]


def rates(*percents):
    return tuple(TaxRate(code=f"tax {percent}", percent=Decimal(percent)) for percent in percents)


@answers("lago-coupon-1")
def fixed_once(case):
    found = apply_coupons(fees(case), [coupon(case, case.given["coupon"])], currency=case.currency)
    (applied,) = found.applied
    return {
        "discount": case.minor(found.discount),
        "allocation": {fee: case.minor(taken) for fee, taken in applied.taken.items()},
        "coupon_remaining": case.minor(applied.coupon.amount_left),
        "coupon_status": "terminated" if applied.coupon.has_ended else "active",
    }


@answers("lago-coupons-exceed-total")
def coupons_above_the_total(case):
    coupons = [coupon(case, words) for words in case.given["coupons"]]
    found = apply_coupons(fees(case), coupons, currency=case.currency)
    lines = [
        TaxableLine(amount=found.left[fee["id"]], rates=rates(fee["tax_rate_percent"])) for fee in case.given["fees"]
    ]
    document = compute_tax(lines, TaxTerms(currency=case.currency))
    return {
        "discount_total": case.minor(found.discount),
        "tax_total": case.minor(document.tax),
        "total": case.minor(document.gross),
    }


@answers("lago-coupon-stack-metric-plan-global")
def coupons_stacked(case):
    coupons = [coupon(case, words) for words in case.given["coupons_in_application_order"]]
    found = apply_coupons(fees(case), coupons, currency=case.currency, spread=Spread.EXACT)
    taken = {line.line_id: Fraction(line.amount) - found.left[line.line_id] for line in fees(case)}
    lines = [
        TaxableLine(amount=found.left[fee["id"]], rates=rates(fee["tax_rate_percent"])) for fee in case.given["fees"]
    ]
    once = TaxTerms(currency=case.currency, rounding=Rounding.DOCUMENT)
    document = compute_tax(lines, once)
    per_fee = compute_tax(lines, replace(once, rounding=Rounding.LINE)).line_taxes
    return {
        "allocation_5dp": {fee: Fraction(half_away(case.minor(part) * 10**5), 10**5) for fee, part in taken.items()},
        "tax_per_fee": {fee: case.minor(tax) for fee, tax in zip(found.left, per_fee, strict=True)},
        "fees": sum(case.minor(line.amount) for line in fees(case)),
        "discount_total": case.minor(found.discount),
        "subtotal_excl_tax": case.minor(document.net),
        "tax_total": case.minor(document.tax),
        "total": case.minor(document.gross),
    }


@answers("me-discount-spread-remainder")
def remainder(case):
    lines = [
        DiscountableLine(line_id=str(number), amount=case.major(amount))
        for number, amount in enumerate(case.given["lines"])
    ]
    discount = coupon(case, {"fixed": case.given["discount"]})
    left = apply_coupons(lines, [discount], currency=case.currency).left.values()
    return {"net_lines": [case.minor(amount) for amount in left], "sum": case.minor(sum(left))}


@answers("si-discount-on-prorated-plan-and-usage")
def discount_on_everything(case):
    subscribed, used, run = case.when
    plan = Fraction(case.major(case.given["plans"][0]["amount"]))
    boundaries = schedule(case, moment(subscribed["at"]))
    may, june = segments(boundaries, start=moment(subscribed["at"]), end=moment(run["at"]) + timedelta(days=30))
    metered = PriceTerms(
        model=Model.PER_UNIT,
        currency=case.currency,
        unit_price=case.major(case.given["metered"]["unit_amount"]),
        included_units=Decimal(case.given["metered"]["included_units_per_month"]),
    )
    amounts = {
        "plan_may": plan * share(may, conventions(case), zone(case)),
        "usage_may": evaluate(metered, Decimal(used["value"])).exact,
        "plan_june": plan * share(june, conventions(case), zone(case)),
    }
    left = discounted(case, amounts, {"percent": case.given["discount_percent"]})
    return {
        "total": case.minor(to_coins(sum(left.values()), case.currency)),
        "lines_before_discount": {
            name: Fraction(half_away(case.minor(amount) * 10**4), 10**4) for name, amount in amounts.items()
        },
        "days": days(case, may.part),
        "of": days(case, may.whole),
    }


@answers("fx-tax-after-discount", "fx-tax-jpy-4")
def tax_on_top(case):
    left = discounted(case, {"all": case.major(case.given["subtotal"])}, case.given.get("discount"))["all"]
    line = TaxableLine(amount=left, rates=rates(case.given["tax_rate_percent"]))
    document = compute_tax([line], TaxTerms(currency=case.currency))
    return {"tax": case.minor(document.tax), "total": case.minor(document.gross)}


@answers("in-inclusive-two-taxes-each-on-gross")
def tax_inside(case):
    line = TaxableLine(amount=case.major(case.given["line"]), rates=rates(*case.given["tax_rates_percent"]))
    terms = TaxTerms(
        currency=case.currency,
        prices_include_tax=case.given["price_includes_tax"],
        inclusive=Inclusive.EACH_ON_GROSS,
    )
    return {"tax_included": case.minor(compute_tax([line], terms).tax)}


@answers("fx-round-hundred-split-in-three", "fx-round-micro-lines")
def rounded_lines(case):
    lines = [to_coins(case.major(amount), case.currency) for amount in case.given["line_amounts"]]
    return {
        "lines": [case.minor(line) for line in lines],
        "subtotal": case.minor(Money.sum(lines, case.currency)),
    }


@answers("lago-wallet-cap-fractional-fees-identical")
def fractional_fees(case):
    lines = [
        TaxableLine(
            amount=exact(to_coins(case.major(fee["unit_amount"]), case.currency)),
            rates=rates(case.given["tax_rate_percent"]),
        )
        for fee in case.given["fees"]
        for _ in range(fee["count"])
    ]
    document = compute_tax(lines, TaxTerms(currency=case.currency, rounding=Rounding.DOCUMENT))
    balance = case.money(case.given["wallet"]["balance"])
    applied = min(balance, document.gross)
    return {
        "fees": case.minor(document.net),
        "tax": case.minor(document.tax),
        "total_before_credits": case.minor(document.gross),
        "prepaid_applied": case.minor(applied),
        "due": case.minor(document.gross - applied),
        "wallet_balance": case.minor(balance - applied),
    }
