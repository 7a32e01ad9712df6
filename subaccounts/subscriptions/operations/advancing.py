"""What happens to a subscription by itself, in order: planned changes, renewals, monthly credit, its end."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from agency.foundation.exact import exact
from agency.foundation.money import Money
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.billing import period_bill
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import Holding
from subaccounts.subscriptions.models.course import ChangeState, Happened
from subaccounts.subscriptions.models.subscriptions import State
from subaccounts.subscriptions.operations.applying import apply_change
from subaccounts.subscriptions.operations.outcome import CARTERA, Outcome
from subaccounts.subscriptions.rules.periods import Cadence, Period, Segment
from subaccounts.subscriptions.rules.proration import share
from wallet.credits.operations.grants import Grant, period_grant
from wallet.credits.rules.monthly import Unused
from wallet.credits.rules.monthly import period_grant as part_of_credits

MONTHLY = Cadence(interval=Interval.MONTH)


def advance(holding: Holding, *, by: datetime, outcome: Outcome) -> None:
    """Do all that is due by a moment, missed periods too, each at its own time."""
    while (moment := holding.subscription.next_billing_at) is not None and moment <= by:
        _step(holding, moment, outcome)


def _step(holding: Holding, moment: datetime, outcome: Outcome) -> None:
    row = holding.subscription
    if row.ends_at is not None and moment >= row.ends_at:
        end(holding, at=row.ends_at, outcome=outcome)
        return
    for change in [each for each in holding.planned if each.at <= moment]:
        apply_change(holding, change, outcome=outcome, now=moment)
    if moment >= row.current_end:
        _renew(holding, moment, outcome)
    if row.next_credits_at is not None and moment >= row.next_credits_at:
        outcome.grants.extend(_credits(holding, moment))
    set_cursor(holding)


def set_cursor(holding: Holding) -> None:
    """The next moment at which anything happens by itself."""
    row = holding.subscription
    moments = [row.current_end, row.ends_at, row.next_credits_at, *(change.at for change in holding.planned)]
    row.next_billing_at = min(moment for moment in moments if moment is not None) if row.runs else None


def coming(holding: Holding, moment: datetime) -> tuple[Segment, Bill]:
    """The period that begins at a moment, or the part of it that is left, and what it bills. Changes nothing."""
    row = holding.subscription
    whole = row.schedule.period_at(moment)
    segment = Segment(part=Period(start=moment, end=whole.end), whole=whole)
    occasion = f"period {row.resumptions}" if row.resumptions else "period"
    is_first = row.first_billed_at is None
    return segment, period_bill(holding, holding.terms, segment, occasion=occasion, is_first=is_first)


def end(holding: Holding, *, at: datetime, outcome: Outcome, by: str = CARTERA, bill: Bill | None = None) -> None:
    row = holding.subscription
    for change in holding.planned:
        change.state, change.ended_at = ChangeState.WITHDRAWN, at
    row.state, row.ended_at, row.ends_at = State.CANCELED, at, at
    row.next_billing_at = row.next_credits_at = None
    outcome.tell(row, Happened.CANCELED, at=at, by=by, bill=bill, recurring=Money.zero(row.currency))


def _renew(holding: Holding, moment: datetime, outcome: Outcome) -> None:
    row = holding.subscription
    segment, bill = coming(holding, moment)
    row.current_start, row.current_end = segment.part.start, segment.part.end
    if row.first_billed_at is None:
        row.first_billed_at, row.next_credits_at = moment, _credits_begin(holding, moment)
    if row.state is State.TRIALING:
        row.state = State.ACTIVE
    _keep_paid_shares(holding, bill)
    outcome.bill(bill)
    worth = holding.terms.recurring(row.currency)
    outcome.tell(row, Happened.BILLED, at=moment, bill=bill, period=segment.part, recurring=worth)


def _keep_paid_shares(holding: Holding, bill: Bill) -> None:
    """What coupons left of each price, so that what is credited later is what was paid."""
    paid = {line.component: line for line in bill.lines}
    items = []
    for item in holding.terms.items:
        line = paid.get(item.code)
        before = Fraction(1) if line is None else exact(line.amount + line.discount)
        left = Fraction(1) if line is None else exact(line.amount) / before
        if item.row is not None and item.row.paid_share != left:
            item.row.paid_share = left
        items.append(replace(item, paid_share=left))
    holding.terms = replace(holding.terms, items=tuple(items))


def _credits_begin(holding: Holding, moment: datetime) -> datetime | None:
    contents = holding.terms.contents
    has_credits = contents is not None and contents.credits_currency == holding.subscription.currency
    return moment if has_credits else None


def _credits(holding: Holding, moment: datetime) -> list[Grant]:
    """The credit of the month a moment lies in; of a month that is not lived through whole, its share."""
    row, contents = holding.subscription, holding.terms.contents
    if contents is None or contents.credits is None or contents.credits_currency != row.currency:
        row.next_credits_at = None
        return []
    whole = replace(row.schedule, cadence=MONTHLY).period_at(moment)
    row.next_credits_at = whole.end
    part = Segment(part=Period(start=max(moment, whole.start), end=whole.end), whole=whole)
    amount = part_of_credits(contents.credits, share=share(part, row.conventions, row.zone))
    if not amount:
        return []
    unused = Unused.ROLLS_OVER if contents.credits_roll_over else Unused.EXPIRES
    given = period_grant(
        row.id,
        row.sub_account_id,
        amount,
        period_start=part.part.start,
        period_end=whole.end,
        unused=unused,
        description=holding.terms.product.name,
    )
    return [given]
