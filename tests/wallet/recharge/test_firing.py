from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency import worker
from agency.foundation.database.session import session
from agency.foundation.jobs.registry import registered
from agency.foundation.tenancy import scope
from tests.factories import cards, funds, staff, tenants
from tests.factories.tenants import NOON

MINUTE = timedelta(minutes=1)


class TestARecharge:
    def test_it_fires_at_the_threshold_and_fills_the_wallet(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")

        funds.spent(client, "15.00")
        funds.collected(client)

        assert funds.balance_of(client) == funds.dollars("35.00")
        assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]

    def test_it_does_not_fire_above_the_threshold(self, client):
        funds.rule(client, "25.00", threshold="10.00")

        funds.spent(client, "14.999999")

        assert funds.recharges(client) == []
        assert funds.reasons(client) == ["above_threshold"]

    def test_one_charge_closes_the_whole_gap(self, client):
        funds.rule(client, "25.00", threshold="10.00")

        funds.spent(client, "90.00")
        funds.collected(client)

        [recharge] = funds.recharges(client)
        assert recharge.amount == funds.dollars("100.00")
        assert funds.balance_of(client) == funds.dollars("35.00")

    def test_it_restores_a_target(self, client):
        funds.rule(client, threshold="10.00", target=funds.dollars("50.00"))

        funds.spent(client, "20.25")
        funds.collected(client)

        assert funds.balance_of(client) == funds.dollars("50.00")

    def test_only_one_is_open(self, client):
        funds.rule(client, "25.00", threshold="10.00")

        funds.spent(client, "15.00")
        funds.spent(client, "1.00")
        funds.spent(client, "1.00")

        assert len(funds.recharges(client)) == 1
        assert funds.reasons(client) == ["above_threshold", "fired", "open_recharge"]

    def test_the_same_answer_again_is_counted_with_the_balance_seen_last(self, client):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "15.00")

        funds.spent(client, "1.00")
        funds.spent(client, "1.00", now=NOON + MINUTE)

        newest = funds.decisions(client)[0]
        assert (newest.times, newest.balance, newest.last_at) == (2, funds.dollars("8.00"), NOON + MINUTE)


class TestHoldingBack:
    def test_the_cap_ends_it_until_the_next_local_month(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00", monthly_cap=funds.dollars("25.00"))
        funds.spent(client, "15.00")
        funds.collected(client)
        later = NOON + timedelta(hours=1)

        funds.spent(client, "30.00", now=later)
        assert funds.reasons(client)[-1] == "cap_reached"
        assert funds.looks_again_at(client).isoformat() == "2026-04-01T05:00:00+00:00"

        funds.look(client, now=funds.looks_again_at(client))
        assert funds.reasons(client)[-1] == "fired"

    def test_ten_minutes_pass_before_the_next(self, client):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "15.00")
        funds.collected(client)

        funds.spent(client, "30.00", now=NOON + MINUTE)
        assert funds.reasons(client)[-1] == "cooling_down"
        funds.look(client, now=NOON + 9 * MINUTE)
        assert funds.reasons(client)[-1] == "cooling_down"
        funds.look(client, now=NOON + 10 * MINUTE)
        assert funds.reasons(client)[-1] == "fired"

    def test_without_a_card_it_waits_for_one(self, client):
        funds.rule(client, "25.00", threshold="10.00")
        funds.removed_card(client)

        funds.spent(client, "20.00")
        assert funds.reasons(client)[-1] == "no_card"
        cards.card(client, "pm_card_mastercard")

        assert funds.reasons(client)[-1] == "fired"

    def test_a_paused_sub_account_is_not_recharged(self, client):
        funds.rule(client, "25.00", threshold="10.00")
        funds.suspended(client)

        funds.spent(client, "20.00")

        assert funds.reasons(client)[-1] == "paused"
        assert funds.recharges(client) == []


class TestARechargeThatComesEarly:
    def test_it_is_marked_and_staff_and_programs_are_told(self, client, owner):
        staff.person(funds.agency_of(client))
        funds.terms(client, cooling_down_minutes=1)
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "15.00")
        funds.collected(client)

        funds.spent(client, "30.00", now=NOON + 2 * MINUTE)
        funds.told_of_early(client)

        assert [row.is_early for row in funds.decisions(client) if row.reason == "fired"] == [True, False]
        letters = owner.execute("SELECT template, recipient FROM outgoing_mails").fetchall()
        assert ("recharge_early", "ana@lumen.example") in letters
        assert owner.execute("SELECT count(*) FROM event_log WHERE kind = 'recharge.early'").fetchone() == (1,)

    def test_ten_minutes_later_is_not_early(self, client, owner):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "15.00")
        funds.collected(client)

        funds.spent(client, "30.00", now=NOON + 10 * MINUTE)

        assert funds.reasons(client)[-1] == "fired"
        assert owner.execute("SELECT count(*) FROM event_log WHERE kind = 'recharge.early'").fetchone() == (0,)


class TestManyAtOnce:
    def test_one_debit_of_many_wallets_fires_once_for_each_by_one_job(self, client, owner, stripe):
        other = tenants.sub_account(funds.agency_of(client), name="Another")
        cards.card(other)
        funds.added(other, "25.00")
        session.expunge_all()
        for each in (client, other):
            funds.rule(each, "25.00", threshold="0.00")
        owner.execute("DELETE FROM jobs")

        funds.spent_together([client, other], "30.00")
        [(name, arguments)] = owner.execute("SELECT name, arguments FROM jobs").fetchall()
        with scope.of_agency(client.agency_id):
            registered[name](**arguments)

        assert [len(funds.recharges(each)) for each in (client, other)] == [1, 1]
        assert [funds.balance_of(each) for each in (client, other)] == [funds.dollars("20.00"), funds.dollars("20.00")]
        funds.verified(client)


@pytest.mark.slow
class TestTogether:
    def test_sixteen_debits_that_cross_the_threshold_fire_once(self, client, app, stripe):
        funds.rule(client, "25.00", threshold="10.00")

        def spend(_number):
            with app.app_context():
                funds.spent(client, "1.50")

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(spend, range(16)))
        funds.collected(client)

        assert len(funds.recharges(client)) == 1
        assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]
        assert funds.balance_of(client) == funds.dollars("26.00")
        funds.verified(client)


class TestTheNet:
    def test_it_finds_a_wallet_that_stands_low_and_nobody_looked_at(self, client, owner):
        funds.rule(client, "25.00", threshold="10.00")
        owner.execute("UPDATE recharge_rules SET threshold_micros = 25000000")

        funds.swept(client)

        assert funds.reasons(client)[-1] == "fired"

    def test_it_leaves_those_alone_that_are_paused_or_above(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")

        funds.swept(client)

        assert funds.reasons(client) == ["above_threshold"]

    def test_the_schedule_asks_for_it_in_agencies_with_a_rule_alone(self, client, owner):
        funds.rule(client, "25.00", threshold="10.00")
        tenants.agency(name="Without rules")

        worker.look_at_low_wallets(NOON)

        asked = owner.execute("SELECT agency_id FROM jobs WHERE name LIKE '%look_at_low_wallets'").fetchall()
        assert asked == [(client.agency_id,)]
