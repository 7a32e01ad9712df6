"""Boundaries, lead-ins and tails, trials and zones."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from agency.foundation.local_days import instant, local_day
from agency.foundation.money import Money
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.rules.endings import credit_unused, used_until
from subaccounts.subscriptions.rules.periods import Cadence, Segment, anniversary, on_day_of_month, segments, trial_end
from subaccounts.subscriptions.rules.proration import charges, counted_from
from tests.worked_cases.cases import answers
from tests.worked_cases.settings import component, conventions, dates, moment, schedule, zone

MONTHLY = Cadence(interval=Interval.MONTH)


def bill(case, segment, plan=None):
    """What the plan costs for a part, as the invoice line says it."""
    plan = component(case, (plan or case.given["plans"][0])["amount"])
    lines = charges([plan], segment, conventions(case), zone=zone(case), currency=case.currency)
    return Money.sum([line.amount for line in lines], case.currency)


def days(case, period):
    return (local_day(period.end, zone(case)) - local_day(period.start, zone(case))).days


def first_segment(case, start, **options):
    """The first part of a subscription that begins on the day of a time."""
    counted = counted_from(start, conventions(case), zone(case))
    boundaries = schedule(case, counted, **options)
    return next(segments(boundaries, start=counted, end=boundaries.period_at(counted).end))


@answers("au-anchor-31-reset-dates")
def anchor_to_the_second(case):
    anchored = anniversary(start=moment(case.given["anchor"]), cadence=MONTHLY, zone=zone(case), to_the_second=True)
    return {"next_in_order": [anchored.period_at(moment(act["current"])).end for act in case.when]}


@answers("stripe-docs-anchor-31")
def anchor_day(case):
    found = {}
    for act in case.when:
        start = moment(act["start"])
        boundaries = on_day_of_month(start=start, cadence=MONTHLY, zone=zone(case), day=case.given["anchor_day"])
        ends = [period.end.date() for period in islice(boundaries.periods_from(start), 3)]
        found[str(start.year)] = ends
    return found


@answers("kb-30day-month-jun-lead-in")
def thirty_day_months(case):
    act = case.when[0]
    boundaries = on_day_of_month(
        start=moment(act["at"]), cadence=MONTHLY, zone=zone(case), day=act["billing_anchor_day"]
    )
    whole = boundaries.period_at(moment(act["at"]))
    lead_in = next(segments(boundaries, start=moment(act["at"]), end=whole.end))
    (line,) = charges(
        [component(case, case.given["plans"][0]["amount"])],
        lead_in,
        conventions(case),
        zone=zone(case),
        currency=case.currency,
    )
    month = 30
    return {
        "lead_in": {
            "period": dates(lead_in.part, zone(case)),
            "amount": case.minor(line.amount),
            "days": line.share * month,
            "of": month,
        }
    }


@answers("kb-segments-31-jan-anchor-7-change-10-mar", "kb-segments-year-31-jan-anchor-15")
def lead_in_and_tail(case):
    acts = {act["action"]: moment(act["at"]) for act in case.when}
    start = acts["subscribe"]
    boundaries = schedule(case, start)
    end = acts.get("cancel_at_this_date") or boundaries.period_at(start).end
    lived = list(segments(boundaries, start=start, end=end))
    return {
        "segments": [
            {
                "period": dates(segment.part, zone(case)),
                "days": days(case, segment.part),
                "of": days(case, segment.whole),
                "amount": case.minor(bill(case, segment)),
            }
            for segment in lived
        ],
        "total_if_each_segment_is_rounded": sum(case.minor(bill(case, segment)) for segment in lived),
    }


@answers("lago-weekly-calendar-start-denver")
def week_of_the_calendar(case):
    segment = first_segment(case, moment(case.when[0]["at"]))
    return {
        "first_invoice_total": case.minor(bill(case, segment)),
        "days_charged": days(case, segment.part),
        "period_days": days(case, segment.whole),
    }


@answers("lago-advance-ends-on-boundary-no-credit", "lago-scheduled-end-two-days-bogota")
def scheduled_end(case):
    subscribed, run = case.when
    start = counted_from(moment(subscribed["at"]), conventions(case), zone(case))
    ends_at = moment(subscribed["ends_at"])
    boundaries = schedule(case, start)
    # At the latest it ends with the period that runs, as one that was cancelled ahead does.
    end = min(used_until(ends_at, conventions(case), zone(case)), boundaries.period_at(start).end)
    lived = list(segments(boundaries, start=start, end=end))
    in_advance = case.given["plans"][0]["billed"] == "in_advance"
    usage = [Fraction(0)] if in_advance else []
    totals = [case.minor(bill(case, segment)) for segment in lived] + usage
    credited = credit_unused(
        [component(case, case.given["plans"][0]["amount"])],
        lived[-1],
        at=end,
        conventions=conventions(case),
        zone=zone(case),
        currency=case.currency,
    )
    found = {
        "status": "terminated" if moment(run["at"]) >= ends_at else "active",
        "credit_notes": len(credited),
        "invoice_totals_in_order": totals,
        "invoice_count": len(totals),
        "total": sum(totals),
        "issue_date_local": local_day(ends_at, zone(case)),
    }
    return {key: found[key] for key in case.expect}


@answers("kb-dst-gap-reference-time")
def gap_of_the_clocks(case):
    local = datetime.fromisoformat(case.when[0]["at_local"])
    start = instant(local.date(), zone(case), local.time())
    periods = list(islice(schedule(case, start).periods_from(start), 3))
    boundaries = [dates(period, zone(case))[0] for period in periods] + [dates(periods[-1], zone(case))[1]]
    whole = (date.fromisoformat(boundaries[-1]) - date.fromisoformat(boundaries[0])).days
    return {
        "period_boundaries": boundaries,
        "no_extra_or_missing_day": sum(days(case, period) for period in periods) == whole,
    }


@answers("kb-trial-30-days-across-dst-end")
def trial(case):
    local = datetime.fromisoformat(case.when[0]["at_local"])
    start = instant(local.date(), zone(case), local.time())
    plan = case.given["plans"][0]
    over = trial_end(start=start, days=plan["trial_days"], zone=zone(case))
    boundaries = schedule(case, over)
    paid = boundaries.period_at(over)
    return {
        "anchor_day": boundaries.anchor_day,
        "first_paid_period": dates(paid, zone(case)),
        "amount": case.minor(bill(case, Segment(part=paid, whole=paid))),
    }


@answers("lago-trial-not-granted-twice")
def trial_once(case):
    first, _, stopped, second = case.when
    over = trial_end(start=moment(first["at"]), days=case.given["plans"][0]["trial_days"], zone=zone(case))
    billed = first_segment(case, over)
    credited = credit_unused(
        [component(case, case.given["plans"][0]["amount"])],
        billed,
        at=moment(stopped["at"]),
        conventions=conventions(case),
        zone=zone(case),
        currency=case.currency,
        trial_ended=over,
    )
    return {
        "first_invoice_total": case.minor(bill(case, billed)),
        "termination_invoice_total": Decimal(0),
        "credit_note_total": -sum(case.minor(line.amount) for line in credited),
        "second_subscription_first_invoice": case.minor(bill(case, first_segment(case, moment(second["at"])))),
    }
