"""Tiers, packages, percentages, minimums, meters and late usage."""

from decimal import Decimal
from functools import partial
from itertools import accumulate

from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import Model, PriceTerms, What
from subaccounts.usage.rules.measuring import Latest, Measure, Reading, read_on
from subaccounts.usage.rules.pricing import Basis, price_of
from tests.worked_cases.cases import answers
from tests.worked_cases.settings import moment, price


def asked(terms, units, *, closing=False):
    """What the product asks for all usage of a period so far, an event of nothing among it."""
    reading = Reading(quantity=Decimal(units), events=1)
    return price_of(terms, Basis(reading=reading), included=Decimal(0), closing=closing)


@answers("stripe-docs-graduated-tiers", "lago-graduated", "stripe-docs-volume-tiers", "om-package-split-period")
def amounts_in_order(case):
    terms = price(case)
    amounts = []
    for act in case.when:
        before = act.get("units_already_invoiced", 0)
        increment = asked(terms, before + act["units"]) - asked(terms, before)
        is_increment = act["action"] == "rate_increment"
        amounts.append(case.minor(increment if is_increment else asked(terms, act["units"])))
    return {"amounts_in_order": amounts}


@answers("om-graduated-mixed-flat-and-unit", "lago-docs-volume")
def amount_with_lines(case):
    found = evaluate(price(case), Decimal(case.when[0]["units"]))
    lines = {}
    for step in found.steps:
        lines[step.tier] = lines.get(step.tier, 0) + case.minor(step.amount)
    return {"amount": case.minor(found.amount), "lines": list(lines.values())}


@answers("kb-usage-blocks-all-tiers")
def blocks(case):
    found = evaluate(price(case), Decimal(case.when[0]["units"]))
    tiers = {f"tier{step.tier}": {"blocks": step.quantity, "amount": case.minor(step.amount)} for step in found.steps}
    return {**tiers, "amount": case.minor(found.amount)}


@answers("om-package-minimum-spend-no-usage")
def minimum(case):
    terms = price(case)
    units = Decimal(case.when[0]["units"])
    steps = evaluate(terms, units).steps
    return {
        "usage_amount": case.minor(evaluate(terms, units, closing=False).amount),
        "true_up": case.minor(sum(step.amount for step in steps if step.what is What.MINIMUM)),
    }


@answers("om-graduated-maximum-spend-caps-lines")
def maximum(case):
    terms, given = price(case), case.given
    before = given["units_already_invoiced"]
    after = before + case.when[0]["units"]
    old = {(step.what, step.tier): step for step in evaluate(terms, Decimal(before)).steps}
    grown = [(old.get((step.what, step.tier)), step) for step in evaluate(terms, Decimal(after)).steps]

    def lines(part):
        more = [getattr(new, part) - (getattr(was, part) if was else 0) for was, new in grown if was != new]
        return [case.minor(amount) for amount in more]

    assert case.minor(asked(terms, before)) == given["already_billed_in_period"]
    return {
        "line_gross": lines("gross"),
        "line_discount": lines("cut"),
        "line_net": lines("amount"),
        "amount": case.minor(asked(terms, after) - asked(terms, before)),
    }


@answers("om-graduated-minimum-spend-not-before-last-part")
def minimum_in_the_middle(case):
    is_closing = "middle" not in case.given["position"]
    terms, units = price(case), case.when[0]["units"]
    return {"true_up": case.minor(asked(terms, units, closing=is_closing) - asked(terms, units))}


@answers("lago-percentage-min-max-per-transaction")
def percentage(case):
    transactions = [case.major(value) for value in case.given["transactions"]]
    evaluations = [evaluate(price(case, **act), Decimal(0), transactions=transactions) for act in case.when]
    return {"amounts_in_order": [case.minor(found.amount) for found in evaluations]}


@answers("kb-late-usage-re-rated-by-delta")
def late_usage(case):
    terms = price(case)
    billed = case.money(case.given["already_billed"])
    branches = {}
    for branch in case.when:
        re_rated = evaluate(terms, Decimal(branch["total_units_now"])).amount
        branches[branch["branch"]] = {
            "re_rated_total": case.minor(re_rated),
            "delta_billed": case.minor(re_rated - billed),
        }
    return branches


@answers("lago-latest-aggregation")
def aggregation(case):
    events = [Latest(moment(act["at"]), str(number), Decimal(act["value"])) for number, act in enumerate(case.when)]
    terms = PriceTerms(model=Model.PER_UNIT, currency=case.currency, unit_price=case.major(case.given["unit_amount"]))
    kind = Aggregation(case.given["aggregation"])
    measures = [Measure(events=1, quantity=event.quantity, latest=event) for event in events]
    readings = list(accumulate(measures, partial(read_on, kind), initial=Reading()))[1:]
    units = [reading.quantity for reading in readings]
    return {
        "current_amount_after_each": [case.minor(asked(terms, quantity)) for quantity in units],
        "units_after_each": units,
    }


@answers("lago-commitment-full-anniversary-month")
def commitment(case):
    unit_price = case.major(case.given["plans"][0]["amount"])
    promised = case.major(case.given["minimum_commitment"])
    terms = PriceTerms(model=Model.PER_UNIT, currency=case.currency, unit_price=unit_price, minimum=promised)
    steps = evaluate(terms, Decimal(1)).steps
    return {"commitment_true_up": case.minor(sum(step.amount for step in steps if step.what is What.MINIMUM))}
