import pytest

from agency.plans.rules.components import Component
from tests.factories import plans, staff, subscriptions, tenants

MARCH_2 = "2026-03-02T06:00:00+00:00"
APRIL_2 = "2026-04-02T05:00:00+00:00"


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def call(client, agency):
    headers = staff.bearer(staff.api_key(agency))

    def send(method, path="", body=None, *, expect=200, **more):
        answer = client.open(f"/api/v1/subscriptions{path}", method=method, json=body, headers=headers | more)
        assert answer.status_code == expect, answer.text
        return answer.get_json() if answer.data else None

    return send


def new(sub_account, plan, **said):
    return {
        "sub_account_id": sub_account.public_id,
        "plan_id": plan.public_id,
        "collection": "invoice",
    } | said


class TestSubscribe:
    def test_bills_the_first_period_at_once(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)

        assert (made["state"], made["plan_name"]) == ("active", "Growth")
        assert (made["current_period_start"], made["current_period_end"]) == (MARCH_2, APRIL_2)
        assert (made["renews_at"], made["renewal_amount"]["amount"]) == (APRIL_2, "97.00")
        [line] = call("GET", f"/{made['id']}/lines")["data"]
        assert (line["amount"]["amount"], line["share"]) == ("97.00", "1")

    def test_begins_with_the_trial_of_the_plan(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency, trial_days=14)), expect=201)

        assert made["state"] == "trialing"
        assert made["renews_at"] == made["trial_ends_at"] == "2026-03-16T05:00:00+00:00"
        assert call("GET", f"/{made['id']}/lines")["data"] == []

    def test_prices_seats_beyond_the_included_ones_and_the_setup_fee(self, call, agency, sub_account):
        plan = plans.plan(agency, seats_included=3)
        plans.price(plan, plans.per_unit("10"), component="seat")
        plans.price(plan, plans.flat("50"), component="setup_fee", interval=None)

        made = call("POST", body=new(sub_account, plan, seats=5), expect=201)

        amounts = [line["amount"]["amount"] for line in call("GET", f"/{made['id']}/lines")["data"]]
        assert sorted(amounts) == ["20.00", "50.00", "97.00"]
        assert made["renewal_amount"]["amount"] == "117.00"

    def test_takes_coupons_off_for_as_long_as_they_last(self, call, agency, sub_account):
        plans.coupon(agency, code="WELCOME", percent="20")

        made = call("POST", body=new(sub_account, plans.plan(agency), coupons=["welcome"]), expect=201)

        [line] = call("GET", f"/{made['id']}/lines")["data"]
        assert (line["amount"]["amount"], line["discount"]["amount"]) == ("77.60", "19.40")
        assert (made["coupons"], made["renewal_amount"]["amount"]) == ([], "97.00")

    def test_is_done_once_for_one_key(self, call, agency, sub_account):
        body = new(sub_account, plans.plan(agency))

        first = call("POST", body=body, expect=201, **{"Idempotency-Key": "once"})
        second = call("POST", body=body, expect=201, **{"Idempotency-Key": "once"})

        assert first == second
        assert len(call("GET")["data"]) == 1

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"coupons": ["NOTHING"]}, "coupon"),
            ({"coupons": ["GONE"]}, "coupon"),
            ({"interval": "year"}, "interval"),
            ({"seats": 4}, "seats"),
            ({"trial_days": -1}, "trial_days"),
            ({"quantity": 1.5}, "quantity"),
            ({"plan_id": None}, "plan_id"),
        ],
    )
    def test_names_the_field_that_will_not_do_and_stores_nothing(self, call, agency, sub_account, said, field):
        plans.coupon(agency, code="GONE", redemptions_max=1)
        plan = plans.plan(agency)
        subscriptions.subscription(tenants.sub_account(agency), plan, coupons=("GONE",))

        refused = call("POST", body=new(sub_account, plan, **said), expect=422)

        assert list(refused["errors"]) == [field]
        assert call("GET", f"?sub_account_id={sub_account.public_id}")["data"] == []

    def test_refuses_a_plan_in_another_currency(self, call, agency):
        client = tenants.sub_account(agency, currency="EUR")

        refused = call("POST", body=new(client, plans.plan(agency)), expect=422)

        assert list(refused["errors"]) == ["plan_id"]


class TestPreview:
    def test_says_what_subscribing_bills_and_stores_nothing(self, call, agency, sub_account):
        plans.coupon(agency, code="WELCOME", percent="20")
        body = new(sub_account, plans.plan(agency), coupons=["WELCOME"])

        told = call("POST", "/preview", body)

        assert (told["now"]["total"]["amount"], told["renewal"]["total"]["amount"]) == ("77.60", "97.00")
        assert call("GET")["data"] == []
        made = call("POST", body=body, expect=201)
        assert made["renews_at"] == told["renews_at"]

    def test_of_a_change_is_what_the_change_then_bills(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)
        change = {"plan_id": plans.plan(agency, name="Scale", monthly="197.00").public_id}

        told = call("POST", f"/{made['id']}/preview", change)
        call("POST", f"/{made['id']}/changes", change, expect=201)

        assert told["bill"]["total"]["amount"] == "100.00"
        billed = call("GET", f"/{made['id']}/lines")["data"][:2]
        amounts = sorted(line["amount"]["amount"] for line in billed)
        assert amounts == sorted(line["amount"]["amount"] for line in told["bill"]["lines"]) == ["-97.00", "197.00"]


class TestChange:
    def test_leaves_seats_behind_where_the_other_plan_sells_none(self, call, agency, sub_account):
        team = plans.plan(agency, name="Team")
        plans.price(team, plans.per_unit("12.00"), component=Component.SEAT)
        made = call("POST", body=new(sub_account, team, seats=4), expect=201)
        less = plans.plan(agency, name="Solo", monthly="27.00")

        call("POST", f"/{made['id']}/changes", {"plan_id": less.public_id}, expect=201)

        assert call("GET", f"/{made['id']}")["renewal_amount"]["amount"] == "27.00"

    def test_to_less_waits_for_the_end_of_the_period(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)
        less = plans.plan(agency, name="Solo", monthly="27.00")

        change = call("POST", f"/{made['id']}/changes", {"plan_id": less.public_id}, expect=201)

        assert (change["state"], change["at"]) == ("planned", APRIL_2)
        after = call("GET", f"/{made['id']}")
        assert (after["plan_name"], after["renewal_amount"]["amount"]) == ("Growth", "27.00")

    @pytest.mark.parametrize(
        "at", ["2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z", APRIL_2], ids=["past", "far ahead", "taken"]
    )
    def test_refuses_a_moment_that_will_not_do(self, call, agency, sub_account, at):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)
        call("POST", f"/{made['id']}/changes", {"quantity": 2, "takes_effect": "period_end"}, expect=201)

        answer = call("POST", f"/{made['id']}/changes", {"quantity": 3, "at": at}, expect=409 if at == APRIL_2 else 422)

        assert list(answer["errors"]) == ["at"]

    def test_that_was_planned_can_be_withdrawn(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)
        change = call("POST", f"/{made['id']}/changes", {"quantity": 2, "takes_effect": "period_end"}, expect=201)

        call("DELETE", f"/{made['id']}/changes/{change['id']}", expect=204)

        assert call("GET", f"/{made['id']}")["changes"] == []
        history = call("GET", f"/{made['id']}/history")["data"]
        assert {each["kind"] for each in history} >= {"change_planned", "change_withdrawn"}

    def test_keeps_the_price_version_it_was_sold_at(self, call, agency, sub_account):
        plan = plans.plan(agency, monthly=None)
        price = plans.price(plan)
        made = call("POST", body=new(sub_account, plan), expect=201)
        plans.version(price, plans.flat("120.00"))

        call("POST", f"/{made['id']}/changes", {"quantity": 2, "takes_effect": "period_end"}, expect=201)

        assert call("GET", f"/{made['id']}")["renewal_amount"]["amount"] == "97.00"


class TestPause:
    def test_credits_what_is_not_used_and_a_resume_bills_it_again(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency, monthly="310.00")), expect=201)

        call("POST", f"/{made['id']}/pause", {"reason": "Holidays"}, expect=201)
        assert call("GET", f"/{made['id']}")["renews_at"] is None
        call("DELETE", f"/{made['id']}/pause", expect=204)

        after = call("GET", f"/{made['id']}")
        assert (after["state"], after["renews_at"]) == ("active", "2026-03-03T06:00:00+00:00")
        assert after["renewal_amount"]["amount"] == "300.00"

    def test_twice_is_refused(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)
        call("POST", f"/{made['id']}/pause", {}, expect=201)

        call("POST", f"/{made['id']}/pause", {}, expect=409)


class TestCancellation:
    def test_ends_with_the_period_and_can_be_withdrawn(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency)), expect=201)

        ending = call("POST", f"/{made['id']}/cancellation", {"reason": "Moved"}, expect=201)
        assert ending["ends_at"] == APRIL_2
        assert call("GET", f"/{made['id']}")["renews_at"] is None
        call("DELETE", f"/{made['id']}/cancellation", expect=204)

        assert call("GET", f"/{made['id']}")["renews_at"] == APRIL_2

    def test_at_once_credits_the_days_after_today(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency, monthly="310.00")), expect=201)

        call("POST", f"/{made['id']}/cancellation", {"takes_effect": "now"}, expect=201)

        assert call("GET", f"/{made['id']}")["state"] == "canceled"
        assert call("GET", f"/{made['id']}/lines")["data"][0]["amount"]["amount"] == "-300.00"
        call("POST", f"/{made['id']}/changes", {"quantity": 2}, expect=409)


class TestHistory:
    def test_tells_everything_that_happened_with_its_amount(self, call, agency, sub_account):
        made = call("POST", body=new(sub_account, plans.plan(agency, monthly="310.00")), expect=201)
        call("POST", f"/{made['id']}/pause", {"reason": "Holidays"}, expect=201)
        call("DELETE", f"/{made['id']}/pause", expect=204)

        told = call("GET", f"/{made['id']}/history")["data"][::-1]

        assert [entry["kind"] for entry in told] == ["started", "billed", "paused", "resumed"]
        assert [entry["amount"] and entry["amount"]["amount"] for entry in told] == [None, "310.00", "-300.00", None]


class TestAClientsKey:
    def test_subscribes_for_itself_and_leaves_the_terms_to_its_agency(self, client, agency, sub_account):
        headers = staff.bearer(staff.api_key(agency, at=sub_account))
        body = new(sub_account, plans.plan(agency), collection="wallet")

        def send(**said):
            return client.post("/api/v1/subscriptions/preview", json=body | said, headers=headers).status_code

        assert send() == 200
        assert send(trial_days=700) == send(collection="invoice") == 403
        assert send(sub_account_id=tenants.sub_account(agency).public_id) == 404
