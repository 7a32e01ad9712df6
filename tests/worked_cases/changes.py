"""Upgrades, downgrades, seats and cancellations in the middle of a period."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.tax import TaxableLine, TaxRate, TaxTerms, compute_tax
from agency.plans.rules.terms import Model, PriceTerms
from subaccounts.subscriptions.rules.changes import Offer, preview_change
from subaccounts.subscriptions.rules.endings import credit_unused, unused
from subaccounts.subscriptions.rules.periods import Segment
from tests.worked_cases.cases import answers
from tests.worked_cases.periods import bill, days, first_segment
from tests.worked_cases.settings import cadence, component, conventions, dates, moment, period, schedule, zone


def preview(case, old, new, *, at, whole):
    return preview_change(
        at=at,
        current=Segment(part=whole, whole=whole),
        schedule=schedule(case, whole.start, plan={"interval": "monthly"}),
        old=old,
        new=new,
        conventions=conventions(case),
        currency=case.currency,
    )


def offer(case, plan, *, discount=None):
    return Offer(components=(component(case, plan["amount"], discount=discount),), cadence=cadence(plan))


def credit_and_charge(case, found):
    credit = sum(case.minor(line.amount) for line in found.lines if line.amount.micros < 0)
    charge = sum(case.minor(line.amount) for line in found.lines if line.amount.micros > 0)
    return credit, charge


class Settled(NamedTuple):
    due: Money
    used: Money
    left: Money


def against_credit(net, credit):
    """What ``billing_run.operations.credits`` books: an account's credit pays first, a net credit is added to it."""
    nothing = Money.zero(net.currency)
    used = min(max(net, nothing), credit)
    return Settled(due=max(net, nothing) - used, used=used, left=credit - used + max(-net, nothing))


@answers(
    "polar-discount-change-fixed",
    "polar-change-m2y-half",
    "polar-change-m2y-leap",
    "polar-change-month-leap-feb",
    "stripe-docs-upgrade-half-period",
    "me-change-on-period-end-is-free",
)
def change_of_plan(case):
    old, new = case.given["plans"]
    found = preview(
        case,
        offer(case, old, discount=case.given.get("discount_before")),
        offer(case, new, discount=case.given.get("discount_after")),
        at=moment(case.when[-1]["at"]),
        whole=period(case, case.given["period"]),
    )
    credit, charge = credit_and_charge(case, found)
    answer = {
        "credit_for_old_plan": -credit,
        "charge_for_new_plan": charge,
        "credit": credit,
        "charge": charge,
        "net": case.minor(found.net),
        "lines": [case.minor(line.amount) for line in found.lines],
        "new_period": dates(found.period, zone(case)),
    }
    return {key: value for key, value in answer.items() if key in case.expect}


@answers("kb-two-downgrades-on-consecutive-days")
def changes_in_a_row(case):
    plans = {plan["code"]: plan for plan in case.given["plans"]}
    paid, *changes = case.when
    whole, current, credit = period(case, paid["period"]), paid["plan"], Money.zero(case.currency)
    answer = {}
    for number, act in enumerate(changes, start=1):
        found = preview(
            case, offer(case, plans[current]), offer(case, plans[act["plan"]]), at=moment(act["at"]), whole=whole
        )
        settled = against_credit(found.net, credit)
        reversal, charge = credit_and_charge(case, found)
        every = {
            "charge": charge,
            "reversal": reversal,
            "account_credit_added": case.minor(settled.left - credit),
            "account_credit_used": -case.minor(settled.used),
            "due": case.minor(settled.due),
        }
        answer[f"change_{number}"] = {key: every[key] for key in case.expect[f"change_{number}"]}
        credit, current = settled.left, act["plan"]
    return {**answer, "account_credit_left": case.minor(credit)}


@answers("fx-end-inclusive-quantity-increase")
def end_inclusive(case):
    """An inclusive end is our exclusive end a day later; the day of the change is in credit and charge alike."""
    given = case.given["period"]
    after_end = date.fromisoformat(given["end_inclusive"]) + timedelta(days=1)
    whole = period(case, [given["start"], after_end.isoformat()])
    old, new = (
        offer(case, {"amount": line["unit_amount"] * line["quantity"], "interval": "monthly"})
        for line in (case.given["old"], case.given["new"])
    )
    found = preview(case, old, new, at=moment(case.when[0]["at"]), whole=whole)
    credit, charge = credit_and_charge(case, found)
    return {
        "credit": credit,
        "charge": charge,
        "net": case.minor(found.net),
        "days": days(case, found.lines[0].segment.part),
        "of": days(case, found.lines[0].segment.whole),
    }


@answers("polar-seat-increase-with-percent-discount")
def seats(case):
    given = case.given
    old, new = (
        offer(
            case,
            {"amount": given["base"] + given["per_seat"] * number, "interval": "monthly"},
            discount=given["discount"],
        )
        for number in (given["seats"], case.when[0]["seats"])
    )
    found = preview(case, old, new, at=moment(case.when[0]["at"]), whole=period(case, given["period"]))
    return {"charge": case.minor(found.net)}


def with_tax(case, amount):
    """An amount as a document of one line."""
    rate = TaxRate(code="tax", percent=Decimal(case.given["tax_rate_percent"]))
    line = TaxableLine(amount=amount.amount, rates=(rate,))
    return compute_tax([line], TaxTerms(currency=case.currency))


def credit_note(case, billed, at):
    lines = credit_unused(
        [component(case, case.given["plans"][0]["amount"])],
        billed,
        at=at,
        conventions=conventions(case),
        zone=zone(case),
        currency=case.currency,
    )
    return with_tax(case, -Money.sum([line.amount for line in lines], case.currency))


@answers("lago-credit-note-same-day-terminate-20000")
def stopped_on_the_first_day(case):
    subscribed, stopped = (moment(act["at"]) for act in case.when)
    billed = first_segment(case, subscribed)
    note = credit_note(case, billed, stopped)
    rest = unused(billed, at=stopped, conventions=conventions(case), zone=zone(case))
    return {
        "credit_note": {
            "subtotal_excl_tax": case.minor(note.net),
            "tax": case.minor(note.tax),
            "total": case.minor(note.gross),
        },
        "unused_days": days(case, rest.part),
        "period_days": days(case, rest.whole),
    }


def usage(case):
    """What the usage events of a case cost."""
    (metered,) = case.given["plans"][0]["usage_prices"]
    units = sum(act["value"] * act.get("repeat", 1) for act in case.when if act["action"] == "usage_event")
    unit_price = case.major(metered["unit_amount"])
    terms = PriceTerms(model=Model(metered["model"]), currency=case.currency, unit_price=unit_price)
    return evaluate(terms, Decimal(units)).amount


@answers("lago-terminate-advance-refund-partially-paid")
def refund_of_unused_time(case):
    acts = {act["action"]: act for act in case.when}
    billed = first_segment(case, moment(acts["subscribe"]["at"]))
    note = credit_note(case, billed, moment(acts["terminate"]["at"]))
    first = with_tax(case, bill(case, billed))
    paid = case.money(acts["record_payment"]["amount"])
    unpaid = against_credit(first.gross - paid, note.gross)
    final = with_tax(case, usage(case))
    settled = against_credit(final.gross, unpaid.used)
    return {
        "credit_note": {
            "total": case.minor(note.gross),
            "refund": case.minor(unpaid.left),
            "credit": case.minor(unpaid.used),
        },
        "final_invoice": {
            "subtotal": case.minor(final.net),
            "tax": case.minor(final.tax),
            "credit_notes_applied": case.minor(settled.used),
            "total_due": case.minor(settled.due),
        },
    }


@answers("lago-terminate-advance-skip-final-invoice")
def final_invoice_skipped(case):
    stopped = case.when[-1]
    billed = first_segment(case, moment(case.when[0]["at"]))
    final = [] if stopped["final_invoice"] == "skip" else [usage(case)]
    return {
        "credit_note_total": case.minor(credit_note(case, billed, moment(stopped["at"])).gross),
        "invoice_count": len([bill(case, billed), *final]),
    }
