from datetime import timedelta
from decimal import Decimal

import pytest

from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.terms import Model, PriceTerms, Tier
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import cards, funds, plans, subscriptions, tenants, usage
from tests.factories.tenants import NOON

DAY = timedelta(days=1)


def graduated(*prices: str) -> PriceTerms:
    tiers = [Tier(up_to=Decimal(10 * number), unit_price=Decimal(price)) for number, price in enumerate(prices, 1)]
    last = Tier(unit_price=tiers.pop().unit_price)
    return PriceTerms(model=Model.GRADUATED, currency="USD", tiers=(*tiers, last))


class TestRating:
    def test_takes_one_debit_a_wallet_price_and_set(self, agency, of, product):
        plans.price(product, plans.per_unit("0.01"), meter="sms_segments")
        for _ in range(3):
            usage.used(of, *(usage.event(of, quantity="2") for _ in range(5)))

        usage.rated(agency)

        assert usage.amounts(of) == ["0.30"]
        assert usage.books(of)["purchased_credit"] == 99_700_000
        usage.verified(agency)

    def test_climbs_tiers_with_the_total_of_the_period(self, agency, of, product):
        plans.price(product, graduated("1", "0.5"), meter="emails")
        for quantity in ("8", "4"):
            usage.used(of, usage.event(of, "emails", quantity))
            usage.rated(agency)

        assert usage.amounts(of) == ["8.00", "3.00"]

    def test_uses_up_included_units_first(self, agency, of, product):
        plans.price(product, plans.per_unit("0.10", included_units=Decimal(10)), meter="emails")
        for quantity in ("8", "5"):
            usage.used(of, usage.event(of, "emails", quantity))
            usage.rated(agency)

        assert usage.amounts(of) == ["0.00", "0.30"]

    def test_counts_what_a_plan_includes_in_a_month(self, agency, of, product):
        plans.price(product, plans.per_unit("0.10"), meter="emails")
        plan = plans.plan(agency, usage={"emails": Decimal(100)})
        subscriptions.subscription(of, plan)
        usage.used(of, usage.event(of, "emails", "103"))

        usage.rated(agency)

        assert usage.amounts(of) == ["0.30"]

    def test_asks_the_price_that_was_in_force(self, agency, of, product):
        price = plans.price(product, plans.per_unit("0.10"), meter="emails", now=NOON - 5 * DAY)
        plans.version(price, plans.per_unit("0.20"), now=NOON)
        events = [usage.event(of, "emails", at=moment) for moment in (NOON - DAY, NOON, NOON + DAY)]
        usage.used(of, *events, now=NOON + DAY)

        usage.rated(agency, now=NOON + DAY)

        assert sorted(usage.amounts(of)) == ["0.10", "0.40"]

    def test_without_a_price_only_counts(self, agency, of):
        usage.used(of, usage.event(of, "leads"), usage.event(of, "leads"))

        usage.rated(agency)

        assert [(int(total.quantity), total.price_id) for total in usage.totals(of)] == [(2, None)]
        assert usage.charges(of) == []

    def test_begins_periods_at_the_clients_own_midnight(self, agency, product):
        kolkata = tenants.sub_account(agency, name="Mumbai", time_zone="Asia/Kolkata")
        plans.price(product, plans.per_unit("0.10"), meter="emails", now=NOON - 20 * DAY)
        midnight = NOON.replace(day=28, month=2, hour=18, minute=30)
        moments = (midnight - timedelta(seconds=1), midnight)
        usage.used(kolkata, *(usage.event(kolkata, "emails", at=moment) for moment in moments))

        usage.rated(agency)

        assert [(total.period_end, total.events) for total in usage.totals(kolkata)][:1] == [(midnight, 1)]
        assert len(usage.totals(kolkata)) == 2

    def test_owes_what_the_wallet_cannot_pay(self, agency, of, product):
        plans.price(product, plans.per_unit("60"), meter="emails")
        usage.used(of, usage.event(of, "emails", "2"))

        usage.rated(agency)

        assert usage.books(of)["owed"] == 20_000_000
        usage.verified(agency)

    def test_gives_back_what_a_correction_takes_back(self, agency, of, product):
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        event = usage.event(of, "emails", "10")
        usage.used(of, event)
        usage.rated(agency)
        usage.used(of, usage.event(of, "emails", "-4", corrects=event["id"]))

        usage.rated(agency)

        books = usage.books(of)
        assert usage.amounts(of) == ["2.00", "-0.80"]
        assert (books["revenue_resale"], books["wholesale_cost"]) == (1_200_000, 600_000)
        assert books["purchased_credit"] == 98_800_000
        usage.verified(agency)

    def test_adds_the_tax_of_where_the_client_is(self, agency, of, product):
        plans.tax(agency, percent="8.25", country="US")
        plans.price(product, plans.per_unit("0.01"), meter="emails")
        for _ in range(3):
            usage.used(of, usage.event(of, "emails", "1"))
            usage.rated(agency)

        books = usage.books(of)
        assert (books["revenue_resale"], books["tax_payable"]) == (30_000, 2_475)
        assert books["purchased_credit"] == 100_000_000 - 32_475

    def test_leaves_usage_that_is_invoiced_to_the_next_bill(self, agency, of):
        plan = plans.plan(agency)
        plans.price(plan, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        subscriptions.subscription(of, plan, collection=Collection.INVOICE)
        usage.used(of, usage.event(of, "emails", "10"))

        usage.rated(agency)

        assert [(total.is_prepaid, total.charge.plain()) for total in usage.totals(of)] == [(False, "2.00")]
        assert usage.books(of)["purchased_credit"] == 100_000_000
        assert usage.books(of)["wholesale_cost"] == 1_000_000

    def test_of_a_fallen_wallet_asks_for_its_recharge(self, agency, of, product, stripe):
        cards.card(of)
        funds.rule(of, threshold="99.00")
        plans.price(product, plans.per_unit("1"), meter="emails")
        usage.used(of, usage.event(of, "emails", "2"))

        usage.rated(agency)

        assert funds.reasons(of)[-1] == "fired"
        assert len(funds.recharges(of)) == 1

    @pytest.mark.parametrize(
        ("aggregation", "expected"),
        [
            (Aggregation.SUM, "10.5"),
            (Aggregation.COUNT, "3"),
            (Aggregation.MAX, "5"),
            (Aggregation.LATEST, "2.5"),
            (Aggregation.UNIQUE_COUNT, "2"),
        ],
    )
    def test_reads_each_kind_of_meter(self, of, product, aggregation, expected):
        plans.meter(product, "own", aggregation)
        plans.price(product, plans.per_unit("1"), meter="own")
        for number, (quantity, member) in enumerate([("3", "ana"), ("5", "ben"), ("2.5", "ana")]):
            usage.used(of, usage.event(of, "own", quantity, member=member, at=NOON + timedelta(minutes=number)))
            usage.rated(of)

        assert sum(Decimal(amount) for amount in usage.amounts(of)) == Decimal(expected)
        usage.verified(of)

    def test_takes_a_percentage_of_each_transaction(self, agency, of, product):
        terms = PriceTerms(
            model=Model.PERCENTAGE,
            currency="USD",
            rate_percent=Decimal(10),
            fixed_fee=Decimal("0.30"),
            free_transactions=1,
        )
        plans.price(product, terms, meter="call_minutes")
        for number, quantity in enumerate(["5", "7", "9"]):
            usage.used(of, usage.event(of, "call_minutes", quantity, at=NOON + timedelta(minutes=number)))
            usage.rated(agency)

        assert usage.amounts(of) == ["0.00", "1.00", "1.20"]
