"""What past usage would have cost each client under another version of its price."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants, usage
from tests.factories.tenants import NOON

LONG_AGO = NOON - timedelta(days=100)
TIERS = [{"up_to": "10", "unit_price": "0.30"}, {"unit_price": "0.10"}]
PER_UNIT = {"model": "per_unit", "unit_price": "0.25"}
SENT = ((1, "7"), (3, "0.5"), (20, "9"), (33, "12"), (34, "1.25"))


def tiered(quantity: Decimal) -> Decimal:
    """The same price as ``TIERS`` says, reckoned apart from the platform."""
    return min(quantity, Decimal(10)) * Decimal("0.30") + max(quantity - 10, Decimal(0)) * Decimal("0.10")


@pytest.fixture
def price(product):
    return plans.price(product, plans.per_unit("0.20"), meter="emails", now=LONG_AGO)


@pytest.fixture
def rehearse(client, agency, price):
    headers = staff.bearer(staff.api_key(agency))

    def ask(**said):
        body = {"months": 2} | ({} if "model" in said else PER_UNIT) | said
        answer = client.post(f"/api/v1/prices/{price.public_id}/rehearsal", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    return ask


@pytest.fixture
def send(agency):
    def sending(of, *sent):
        events = [usage.event(of, "emails", quantity, at=NOON - timedelta(days=days)) for days, quantity in sent]
        usage.used(of, *events)
        usage.rated(agency)

    return sending


def figures(answer):
    return tuple(answer[name]["amount"] for name in ("before", "after", "difference"))


class TestRehearsePastUsage:
    def test_agrees_with_a_reckoning_of_the_events_alone(self, rehearse, send, agency, of, price):
        other = usage.funded(tenants.sub_account(agency, name="Clinica Sur"))
        send(of, *SENT)
        send(other, *((days, str(Decimal(quantity) * 3)) for days, quantity in SENT))

        answer = rehearse(model="graduated", tiers=TIERS).json

        by_month: dict[int, Decimal] = {}
        for days, quantity in SENT:
            month = (NOON - timedelta(days=days)).month
            by_month[month] = by_month.get(month, Decimal(0)) + Decimal(quantity)
        differences = [
            sum(tiered(times * used) - times * used * Decimal("0.20") for used in by_month.values()) for times in (1, 3)
        ]
        told = {Decimal(client["difference"]["amount"]) for client in answer["clients"]}
        assert told == set(differences)
        assert Decimal(answer["difference"]["amount"]) == sum(differences)

    def test_leaves_out_periods_that_ended_before(self, rehearse, send, of, price):
        send(of, (1, "10"), (33, "10"))

        answers = [rehearse(months=months).json for months in (1, 2)]

        assert [figures(answer)[0] for answer in answers] == ["2.00", "4.00"]

    def test_keeps_what_a_plan_includes_and_what_was_agreed_with_one(self, rehearse, send, agency, of, price):
        own = usage.funded(tenants.sub_account(agency, name="Own"))
        plans.version(price, plans.per_unit("0.05"), sub_account=own, now=LONG_AGO)
        subscriptions.subscription(of, plans.plan(agency, usage={"emails": Decimal(4)}, now=LONG_AGO), now=LONG_AGO)
        for each in (of, own):
            send(each, (1, "10"))

        everybody, alone = rehearse().json, rehearse(sub_account_id=own.public_id).json

        assert figures(everybody) == ("1.20", "1.50", "0.30")
        assert figures(alone) == ("0.50", "2.50", "2.00")

    def test_takes_a_percentage_of_each_transaction(self, rehearse, send, of, price):
        send(of, (1, "100"), (2, "50"))

        answer = rehearse(model="percentage", rate_percent="2", fixed_fee="0.30").json

        assert figures(answer) == ("30.00", "3.60", "-26.40")


class TestTheEditor:
    def test_shows_each_client_before_anything_is_saved(self, app, agency, send, of, price):
        send(of, (1, "100"))
        editor = f"/a/{agency.slug}/catalogue/prices/{price.public_id}/versions/new"
        somebody = staff.signed_in(app, staff.person(agency))

        seen = browsing.submit(somebody, editor, model="per_unit", unit_price="0.25", months="3", act="rehearse")

        assert "$25.00" in seen.text
