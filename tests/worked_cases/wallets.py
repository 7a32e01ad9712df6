"""Lots, top-ups, recharges, refunds and retries. A credit is worth one major unit where it has no currency."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agency.foundation.exact import exact, to_micros
from agency.foundation.money import Money
from tests.worked_cases.cases import answers
from tests.worked_cases.settings import moment
from wallet.charges.rules import DeclineClass, RetrySchedule, doubling, next_try
from wallet.credits.rules.lots import Lot, LotKind, NotEnoughCredit, left_after, split_debit, take, usable
from wallet.credits.rules.returns import pay_owed_first, unspent_part
from wallet.recharge.rules.decision import Reason, Situation, decide
from wallet.recharge.rules.simulation import Debit, simulate
from wallet.recharge.rules.terms import Bounds, RuleTerms, refuse_faults

NOW = datetime(2025, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def credits_of(case, amount):
    return Money.of(str(amount), case.currency)


def lot(case, lot_id, left, *, number=0, **settings):
    at = NOW - ONE_DAY + timedelta(seconds=number)
    shared = {"kind": LotKind.PURCHASED, "effective_at": at, "created_at": at}
    return Lot(lot_id=lot_id, left=left, **{**shared, **settings})


def grants(case):
    found = []
    for number, grant in enumerate(case.given["grants"]):
        settings = {"priority": grant.get("priority", 0)}
        if "expires" in grant:
            settings["expires_at"] = moment(grant["expires"])
        if "expires_in_days" in grant:
            settings["expires_at"] = NOW + timedelta(days=grant["expires_in_days"])
        if grant.get("kind") == "granted":
            settings["kind"] = LotKind.COMPLIMENTARY
        left = case.money(grant["amount"]) if "amount" in grant else credits_of(case, grant["credits"])
        found.append(lot(case, grant["id"], left, number=number, **settings))
    return found


def plain_credits(lots):
    return {one.lot_id: one.left.amount for one in lots}


@answers("fx-burn-by-expiry-then-larger", "om-burn-earlier-expiry-first")
def burn(case):
    lots = grants(case)
    split = split_debit(lots, credits_of(case, case.when[0]["credits"]), now=NOW)
    after = left_after(lots, split.takes)
    found = {
        "remaining": plain_credits(after),
        "balance_after": usable(after, case.currency, now=NOW).amount,
        "overage": split.short.amount,
    }
    return {key: found[key] for key in case.expect}


@answers("lago-wallet-void-more-than-balance")
def void_too_much(case):
    lots = grants(case)
    try:
        lots = left_after(lots, take(lots, case.money(case.when[0]["amount"]), now=NOW))
        result = "done"
    except NotEnoughCredit:
        result = "rejected"
    return {"result": result, "remaining": {one.lot_id: case.minor(one.left) for one in lots}}


@answers("lago-six-wallets-overflow")
def wallets_for_some_fees(case):
    lots = [
        lot(
            case,
            wallet["id"],
            case.money(wallet["balance"]),
            number=number,
            priority=wallet["priority"],
            meters=frozenset(wallet["fee_types"]) if "fee_types" in wallet else None,
        )
        for number, wallet in enumerate(case.given["wallets_in_creation_order"])
    ]
    (fee,) = case.given["fees"]
    split = split_debit(lots, case.money(fee["amount"]), now=NOW, meter=fee["type"])
    return {
        "consumed": {part.lot_id: case.minor(part.amount) for part in split.takes},
        "invoice_due": case.minor(split.short),
    }


@answers("au-upgrade-carries-purchased-credits-once")
def carried_over(case):
    lots = [lot(case, "purchased", credits_of(case, case.given["purchased_credits"]))]
    lots = left_after(lots, take(lots, credits_of(case, case.when[0]["credits"]), now=NOW))
    granted = lot(
        case,
        "allowance",
        credits_of(case, case.given["new_plan_allowance_credits"]),
        kind=LotKind.COMPLIMENTARY,
    )
    return {"remaining": usable([*lots, granted], case.currency, now=NOW).amount}


def rule(case, **changes):
    words = {**case.given["rule"], **changes}
    amount = credits_of(case, words.get("top_up_credits", words.get("paid_credits")))
    terms = RuleTerms(
        threshold=credits_of(case, words["threshold_credits"]), amount=amount, monthly_cap=amount.times(100)
    )
    refuse_faults(terms, bounds(case))
    return terms


def bounds(case):
    large = credits_of(case, 1_000_000)
    return Bounds(charge_minimum=credits_of(case, 1), charge_maximum=large, balance_maximum=large)


def invoice_total(case, amount):
    pack = case.given["pack"]
    return exact(amount) / pack["pack_credits"] * pack["pack_amount"]


@answers("au-lowered-threshold-respected")
def lowered_threshold(case):
    terms, balance = rule(case), credits_of(case, case.given["balance_credits"])
    top_ups, after_each = 0, []
    for act in case.when:
        if act["action"] == "set_rule":
            terms = rule(case, threshold_credits=act["threshold_credits"])
        else:
            balance -= credits_of(case, act["credits"])
        situation = Situation(balance=balance, charged_this_month=Money.zero(case.currency))
        amount = decide(terms, situation, bounds(case), now=NOW).amount
        if amount is not None:
            balance, top_ups = balance + amount, top_ups + 1
        after_each.append(balance.amount)
    return {"balance_after_each": after_each, "top_ups": top_ups}


@answers("au-burst-of-five-concurrent-debits-one-top-up")
def burst(case):
    (act,) = case.when
    debits = [Debit(at=NOW, amount=credits_of(case, act["credits"]))] * act["concurrent_copies"]
    found = simulate(
        rule(case),
        debits,
        opening_balance=credits_of(case, case.given["balance_credits"]),
        bounds=bounds(case),
        zone=ZoneInfo("UTC"),
        until=NOW,
    )
    return {
        "balance_credits": found.balance.amount,
        "top_up_invoices": len(found.recharges),
        "top_up_invoice_total": invoice_total(case, found.charged),
        "invoice_status": "paid" if found.recharges else None,
    }


@answers("lago-threshold-decline-backoff")
def backoff(case):
    declined, *looks = case.when
    wait = timedelta(seconds=case.given["backoff_after_declined_payment_seconds"])
    again_at = next_try(DeclineClass.SOFT, declines=1, at=moment(declined["at"]), soft=RetrySchedule(waits=(wait,)))
    created = []
    for look in looks:
        situation = Situation(
            balance=credits_of(case, look["ongoing_credits"]),
            charged_this_month=Money.zero(case.currency),
            has_open_recharge=moment(look["at"]) < again_at,
        )
        decision = decide(rule(case), situation, bounds(case), now=moment(look["at"]))
        created.append(int(decision.reason is Reason.FIRED))
    return {"top_ups_created_in_order": created}


@answers("au-top-up-pays-overage-first")
def owed_first(case):
    allowance = [lot(case, "allowance", credits_of(case, case.given["allowance_credits"]))]
    split = split_debit(allowance, credits_of(case, case.when[0]["credits"]), now=NOW)
    after = left_after(allowance, split.takes)
    left = usable(after, case.currency, now=NOW)
    situation = Situation(balance=left - split.short, charged_this_month=Money.zero(case.currency))
    amount = decide(rule(case), situation, bounds(case), now=NOW).amount
    return {
        "allowance_balance": left.amount,
        "prepaid_balance": pay_owed_first(amount, owed=split.short).to_credit.amount,
        "invoice_total": invoice_total(case, amount),
    }


@answers("polar-refund-consumes-unspent-balance")
def refund(case):
    order = case.given["order"]
    after = []
    for act in case.when:
        balance = case.money(act["balance"])
        tax = exact(case.money(act["refund"])) * order["tax"] / order["subtotal"]
        gross = to_micros(exact(case.money(act["refund"])) + tax, case.currency)
        after.append(case.minor(balance - unspent_part(gross, balance=balance)))
    return {"balance_after_in_order": after}


@answers("kb-payment-retry-schedule")
def retries(case):
    gaps = RetrySchedule(waits=tuple(timedelta(days=days) for days in case.given["retry_gaps_days"]))
    backoff = case.given["gateway_error_backoff"]
    ours = doubling(
        first=timedelta(seconds=backoff["first_seconds"]),
        multiplier=backoff["multiplier"],
        tries_max=backoff["max_attempts"],
    )
    at, tried_at, declines = moment(case.when[0]["at"]), [], 0
    while (at := next_try(DeclineClass.SOFT, declines=(declines := declines + 1), at=at, soft=gaps)) is not None:
        tried_at.append(at)
    down = moment(case.when[1]["at"])
    waits = [next_try(DeclineClass.OURS, declines=tries, at=down, ours=ours) - down for tries in (1, 2, 3)]
    return {
        "declined_retries_at": tried_at,
        "gateway_down_first_waits_seconds": [Decimal(wait // timedelta(seconds=1)) for wait in waits],
    }
