"""Tiers, packages, percentages, minimums, meters and late usage."""

from decimal import Decimal

from agency.plans.rules.aggregation import Aggregation, Measured, aggregate
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.rating import UsageTotal, rate_increment
from agency.plans.rules.terms import Model, PriceTerms, What
from tests.worked_cases.cases import answers
from tests.worked_cases.settings import moment, price


def total(units):
    return UsageTotal(quantity=Decimal(units))


@answers("stripe-docs-graduated-tiers", "lago-graduated", "stripe-docs-volume-tiers", "om-package-split-period")
def amounts_in_order(case):
    terms = price(case)
    amounts = []
    for act in case.when:
        before = act.get("units_already_invoiced", 0)
        increment = rate_increment(terms, before=total(before), after=total(before + act["units"])).amount
        is_increment = act["action"] == "rate_increment"
        amounts.append(case.minor(increment if is_increment else evaluate(terms, Decimal(act["units"])).amount))
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
    before = total(given["units_already_invoiced"])
    after = total(given["units_already_invoiced"] + case.when[0]["units"])
    increment = rate_increment(terms, before=before, after=after)
    assert case.minor(evaluate(terms, before.quantity).amount) == given["already_billed_in_period"]
    return {
        "line_gross": [case.minor(change.gross) for change in increment.changes],
        "line_discount": [case.minor(change.cut) for change in increment.changes],
        "line_net": [case.minor(change.amount) for change in increment.changes],
        "amount": case.minor(increment.amount),
    }


@answers("om-graduated-minimum-spend-not-before-last-part")
def minimum_in_the_middle(case):
    is_closing = "middle" not in case.given["position"]
    units = total(case.when[0]["units"])
    increment = rate_increment(price(case), before=units, after=units, closing=is_closing)
    return {"true_up": case.minor(increment.amount)}


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
    events = [Measured(occurred_at=moment(act["at"]), quantity=Decimal(act["value"])) for act in case.when]
    terms = PriceTerms(model=Model.PER_UNIT, currency=case.currency, unit_price=case.major(case.given["unit_amount"]))
    kind = Aggregation(case.given["aggregation"])
    units = [aggregate(kind, events[: number + 1]) for number in range(len(events))]
    return {
        "current_amount_after_each": [case.minor(evaluate(terms, quantity).amount) for quantity in units],
        "units_after_each": units,
    }


@answers("lago-commitment-full-anniversary-month")
def commitment(case):
    unit_price = case.major(case.given["plans"][0]["amount"])
    promised = case.major(case.given["minimum_commitment"])
    terms = PriceTerms(model=Model.PER_UNIT, currency=case.currency, unit_price=unit_price, minimum=promised)
    steps = evaluate(terms, Decimal(1)).steps
    return {"commitment_true_up": case.minor(sum(step.amount for step in steps if step.what is What.MINIMUM))}
