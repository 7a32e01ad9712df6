"""Late fees: charged once for each invoice and period, as documents of their own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, update

from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError
from agency.foundation.local_days import instant
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import DocumentColumns
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.operations.composing import DraftWish
from subaccounts.invoices.operations.drafting import draft_many
from subaccounts.invoices.operations.opening import issue_many
from subaccounts.invoices.operations.settling import locked
from subaccounts.invoices.queries import accounts_by_id
from subaccounts.invoices.rules.lines import LineWish
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.late_fees.models import LateFee, LateFeeRule, Repeats
from subaccounts.late_fees.queries import ORIGIN, first_day, late, rule_at_hand, rule_of, rules_on
from subaccounts.late_fees.rules import day_of, fee, period_on
from wallet.billing_accounts.models import BillingAccount

ONE_DAY = timedelta(days=1)


class NothingToCharge(DomainError):
    status = 422
    field = "fixed"
    message = _l("Say a fixed amount, a percentage, or both; or switch late fees off.")


def set_rule(seller: UUID | None, said: Mapping[str, Any], *, by: Actor, now: datetime) -> LateFeeRule:
    """From now on; it holds for invoices issued since it was switched on.

    Raises:
        NothingToCharge: it is on and says no amount.
    """
    if said["is_on"] and not said["fixed"] and not said["percent"]:
        raise NothingToCharge
    take_turn(f"late_fee_rule/{seller}")
    rule, at_hand = rule_of(seller), SellerAtHand(seller)
    if rule.since is None or (said["is_on"] and not rule.is_on):
        rule.since = at_hand.today(now)
    if said["fixed"] is not None:
        rule.currency = said["fixed"].currency
    rule.fixed_micros = said["fixed"].micros if said["fixed"] else None
    for name in ("is_on", "percent", "after_days", "repeats"):
        setattr(rule, name, said[name])
    session.add(rule)
    session.flush()
    # Whoever is late already by the new days is looked for now.
    rule.next_at = now
    after = {name: str(said[name]) for name in ("is_on", "fixed", "percent", "after_days", "repeats")}
    record("late_fees.changed", rule, by=by, now=now, after=after, sub_account_id=seller)
    return rule


def first_looks(invoices: Sequence[Invoice], *, now: datetime) -> dict[UUID, datetime]:
    """Of invoices that were opened, or opened again: when each seller's rule must be looked at, as one is late then."""
    sellers: dict[UUID | None, list[Invoice]] = {}
    for invoice in invoices:
        if invoice.balance and not _is_fee(invoice):
            sellers.setdefault(seller_id(invoice.seller, invoice.sub_account_id), []).append(invoice)
    looks = {}
    for rule in rules_on(sellers):
        first = min(row.due_on or row.issued_on for row in sellers[rule.sub_account_id])
        day = day_of(first, after_days=rule.after_days, period=0)
        looks[rule.id] = max(now, instant(day, SellerAtHand(rule.sub_account_id).zone))
    return looks


def look_by(rule_id: UUID, at: datetime) -> None:
    """Look at the rule at that moment, unless it is looked at earlier."""
    session.execute(
        update(LateFeeRule)
        .where(LateFeeRule.id == rule_id, func.coalesce(LateFeeRule.next_at > at, True))
        .values(next_at=at)
        .execution_options(synchronize_session="fetch")
    )


def charge(rule_id: UUID, invoice_ids: Collection[UUID], *, now: datetime) -> None:
    """Charge those of the invoices that are late, all or none. A second worker waits, and finds none.

    Raises:
        DomainError: a fee, or its document, cannot be made.
    """
    take_turn(f"late_fees/{rule_id}")
    rule = rule_at_hand(rule_id)
    seller = SellerAtHand(rule.sub_account_id)
    today = seller.today(now)
    found = locked(late(rule, today=today, among=invoice_ids)).values()
    wishes = _wishes(rule, [each for each in found if each.state is State.OPEN], today=today, now=now)
    if seller.terms.grace_hours != 0:
        draft_many(wishes, by=PLATFORM, now=now)
        return
    for refusal in issue_many(wishes, by=PLATFORM, now=now).refused.values():
        raise refusal


def plan_next(rule_id: UUID, *, now: datetime) -> None:
    """When the rule is looked at next: for what is late now and was not charged, the next day.

    Under its lock, so that no invoice is missed for which it is hastened meanwhile.
    """
    rule = rule_at_hand(rule_id, for_update=True)
    seller = SellerAtHand(rule.sub_account_id)
    day = first_day(rule) if rule.is_on else None
    rule.next_at = instant(max(day, seller.today(now) + ONE_DAY), seller.zone) if day else None


def _wishes(rule: LateFeeRule, invoices: Sequence[Invoice], *, today: date, now: datetime) -> list[DraftWish]:
    accounts = accounts_by_id(each.billing_account_id for each in invoices)
    wishes, fees = [], []
    for invoice in invoices:
        period = _period(rule, invoice, today)
        amount = fee(invoice.balance, fixed=rule.fixed, percent=rule.percent)
        wish = _wish(invoice, accounts[invoice.billing_account_id], amount, period)
        wishes += [wish] if amount else []
        fees.append(_row(rule, invoice, period, wish.id if amount else None, now))
        if amount:
            _record(invoice, amount, now=now)
    if fees:
        session.execute(insert(LateFee), fees)
    return wishes


def _period(rule: LateFeeRule, invoice: Invoice, today: date) -> int:
    if rule.repeats is Repeats.ONCE or invoice.due_on is None:
        return 0
    return period_on(invoice.due_on, after_days=rule.after_days, today=today) or 0


def _wish(invoice: Invoice, account: BillingAccount, amount: Money, period: int) -> DraftWish:
    with force_locale(account.locale):
        due_on = format_date(invoice.due_on, "long", locale=Locale(account.locale))
        said = _("Late fee: invoice %(number)s was due on %(due_on)s", number=invoice.number_text, due_on=due_on)
    return DraftWish(
        account=account,
        seller=invoice.seller,
        customer_id=invoice.customer_id,
        lines=[LineWish(description=said, unit_price=amount.amount)],
        origin=f"{ORIGIN}{invoice.id}:{period}",
        is_generated=True,
    )


def _row(
    rule: LateFeeRule, invoice: Invoice, period: int, document_id: UUID | None, now: datetime
) -> dict[str, object]:
    return {
        "agency_id": scope.agency_id(),
        "invoice_id": invoice.id,
        "period": period,
        "sub_account_id": invoice.sub_account_id,
        "rule_id": rule.id,
        "document_id": document_id,
        "charged_at": now,
    }


def _record(invoice: Invoice, amount: Money, *, now: datetime) -> None:
    record(
        "late_fee.charged",
        invoice,
        by=PLATFORM,
        now=now,
        after={"amount": str(amount)},
        sub_account_id=invoice.sub_account_id,
    )


def _is_fee(row: DocumentColumns) -> bool:
    return (row.origin or "").startswith(ORIGIN)
