"""Random histories of a wallet: whatever happens in whatever order, every sum still agrees."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import emptied, granted, held, spent, topped_up, wallet_of, wish
from wallet.credits.history import lots_of
from wallet.credits.models.holds import Hold, HoldState
from wallet.credits.operations import expiry
from wallet.credits.operations.caps import set_overdraft
from wallet.credits.operations.debits import charge
from wallet.credits.operations.disputes import DisputeNews, heed_dispute
from wallet.credits.operations.give_back import GivenBackAlready, give_back
from wallet.credits.operations.guard import InsufficientFunds
from wallet.credits.operations.hold_ends import CaptureAboveHold, HoldEnded, capture, expire_due, release
from wallet.credits.operations.refunds import RefundUndone, refund, undo_refund
from wallet.credits.rules.lots import burn_order
from wallet.credits.rules.returns import RefundAboveUnspent
from wallet.credits.standing import lock_wallet
from wallet.ledger.checks import verify

EXAMPLES, STEPS = 42, 50  # 2,100 steps in all.
VERIFY_EVERY = 10  # Steps; and at the end of each history.
MICROS = st.integers(1, 30_000_000) | st.sampled_from([1, 8_300, 1_000_000, 10_000_000])
COINS = st.integers(1, 3_000).map(lambda cents: Money(cents * 10_000, "USD"))
AMOUNTS = MICROS.map(lambda micros: Money(micros, "USD"))
METERS = st.sampled_from([None, "calls", "sms"])
OVERDRAFT = Money.of("5", "USD")


class Wallet(RuleBasedStateMachine):
    """One wallet with an overdraft, whose clock runs; every act is a transaction of its own."""

    top_ups, holds, spendings, refunds = Bundle("top_ups"), Bundle("holds"), Bundle("spendings"), Bundle("refunds")

    def __init__(self):
        super().__init__()
        self.agency = tenants.agency()
        self.of = tenants.sub_account(self.agency)
        self.now = NOON
        self.steps = 0
        self.do(lambda: set_overdraft(self.of, OVERDRAFT, by=OPERATOR, now=self.now))

    def do(self, act, *, refused=()):
        """One act in its own transaction; a refusal must leave no trace, which the invariants then see."""
        with scope.of_agency(self.agency.id):
            try:
                with transaction():
                    return act()
            except refused:
                return None
            finally:
                session.remove()

    def standing(self):
        return self.do(lambda: lock_wallet(wallet_of(self.of)))

    @rule(target=top_ups, amount=COINS, bonus=st.none() | COINS, days=st.none() | st.integers(1, 60))
    def top_up(self, amount, bonus, days):
        charge_id = ids.new_id()
        terms = {"charge_id": charge_id, "bonus": bonus, "expires_at": self.in_days(days), "now": self.now}
        self.do(lambda: topped_up(self.of, amount.plain(), **terms))
        return charge_id, amount

    @rule(amount=AMOUNTS, days=st.none() | st.integers(1, 60), meter=METERS, priority=st.integers(-1, 1))
    def grant(self, amount, days, meter, priority):
        meters = frozenset({meter}) if meter else None
        terms = {"expires_at": self.in_days(days), "meters": meters, "priority": priority, "now": self.now}
        self.do(lambda: granted(self.of, amount.plain(), **terms))

    @rule(target=spendings, amount=AMOUNTS, meter=METERS)
    def past_work(self, amount, meter):
        before = self.standing()
        row = self.do(lambda: spent(self.of, amount.plain(), meter=meter, now=self.now))
        self.burned_in_order(before, row, meter)
        return row.id

    @rule(target=spendings, amount=AMOUNTS, meter=METERS)
    def new_work(self, amount, meter):
        available = self.standing().available(now=self.now, meter=meter)
        row = self.do(
            lambda: charge(wish(self.of, amount.plain(), meter=meter), now=self.now), refused=InsufficientFunds
        )
        assert (row is not None) == (amount <= available + OVERDRAFT)
        return row.id if row else multiple()

    @rule(target=holds, amount=AMOUNTS, meter=METERS, hours=st.integers(1, 72))
    def hold(self, amount, meter, hours):
        available = self.standing().available(now=self.now, meter=meter)
        terms = {"meter": meter, "expires_at": self.now + timedelta(hours=hours), "now": self.now}
        row = self.do(lambda: held(self.of, amount.plain(), **terms), refused=InsufficientFunds)
        assert (row is not None) == (amount <= available + OVERDRAFT)
        return row.id if row else multiple()

    @rule(target=spendings, hold_id=holds, percent=st.integers(1, 110))
    def capture(self, hold_id, percent):
        def act():
            row = session.get_one(Hold, (self.agency.id, hold_id))
            return capture(row, Money(row.amount * percent // 100 or 1, "USD"), now=self.now)

        row = self.do(act, refused=(HoldEnded, CaptureAboveHold))
        return row.id if row else multiple()

    @rule(hold_id=consumes(holds))
    def release(self, hold_id):
        self.do(lambda: release(session.get_one(Hold, (self.agency.id, hold_id)), now=self.now), refused=HoldEnded)

    @rule(hours=st.integers(1, 12) | st.integers(1, 24 * 20))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        self.do(lambda: expire_due(now=self.now))
        self.do(lambda: expiry.run_due(now=self.now))

    @rule(spending=spendings, amount=AMOUNTS)
    def give_back(self, spending, amount):
        self.do(lambda: give_back(spending, amount, now=self.now), refused=GivenBackAlready)

    @rule(target=refunds, amount=COINS)
    def refund(self, amount):
        key, refund_id = wallet_of(self.of), ids.new_id()
        done = self.do(
            lambda: refund(key, amount, source_type="test", source_id=refund_id, now=self.now),
            refused=RefundAboveUnspent,
        )
        return done.transaction.id if done else multiple()

    @rule(refund_id=refunds)
    def card_refuses_refund(self, refund_id):
        self.do(lambda: undo_refund(refund_id, now=self.now), refused=RefundUndone)

    @rule(top_up=top_ups, share=st.sampled_from([0, 1, 2]))
    def dispute(self, top_up, share):
        charge_id, amount = top_up
        self.now += timedelta(seconds=1)
        news = DisputeNews(
            dispute_id=charge_id,
            charge_id=charge_id,
            taken=Money(amount.micros * share // 2, "USD"),
            occurred_at=self.now,
        )
        self.do(lambda: heed_dispute(news, now=self.now))
        assert self.do(lambda: heed_dispute(news, now=self.now)) is None

    @precondition(lambda self: self.steps > STEPS // 2)
    @rule(rarely=st.integers(0, 9))
    def close(self, rarely):
        if rarely:
            return
        still_owed = self.do(lambda: emptied(self.of, now=self.now))
        assert self.standing().balance == -still_owed

    @invariant()
    def everything_agrees(self):
        self.steps += 1
        if self.steps % VERIFY_EVERY == 0:
            self.teardown()

    def teardown(self):
        assert self.do(lambda: verify(self.agency.id)) == []

    @invariant()
    def no_hold_outlives_its_end(self):
        open_ones = self.do(lambda: session.query(Hold).filter(Hold.state == HoldState.OPEN).all())
        assert all(hold.due_at == hold.expires_at for hold in open_ones)

    def in_days(self, days):
        return None if days is None else self.now + timedelta(days=days)

    def burned_in_order(self, before, row, meter):
        """Every lot that paid was emptied, but for the last, in the rule's order; none that came first was spared."""
        order = [lot for lot in burn_order(before.left) if lot.is_usable(now=self.now, meter=meter)]
        paid = {share.lot.id: share.amount for share in self.do(lambda: lots_of([row.id])).get(row.id, [])}
        amounts = [paid.get(lot.lot_id, Money.zero("USD")) for lot in order]
        spared = [amount < lot.left for amount, lot in zip(amounts, order, strict=True)]
        assert not any(amounts[spared.index(True) + 1 :]) if True in spared else True
        assert row.owed_change.micros == 0 or not any(spared)


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_every_sum_agrees_after_2100_random_steps():
    steps = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.generate],  # Shrinking a history of 50 acts takes minutes, and its steps are printed anyway.
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Wallet, settings=steps)
