"""Plans over the API: made whole, what they include in versions."""

import pytest

from tests.factories import plans

GROWTH = {
    "name": "Growth",
    "trial_days": 14,
    "seats_included": 3,
    "included_usage": {"emails": "1000"},
    "included_credits": {"amount": "20.00", "currency": "USD"},
    "prices": [
        {"interval": "month", "model": "flat", "unit_price": "97.00"},
        {"interval": "year", "model": "flat", "unit_price": "970.00"},
        {"component": "seat", "interval": "month", "model": "per_unit", "unit_price": "12.00"},
        {"component": "add_on", "name": "Extra clinic", "interval": "month", "model": "flat", "unit_price": "20"},
        {"component": "setup_fee", "model": "flat", "unit_price": "150.00"},
    ],
}


class TestAdd:
    def test_makes_product_contents_and_prices_at_once(self, post, read):
        added = post("plans", GROWTH).json

        assert added == read(f"plans/{added['id']}").json == read("plans").json["data"][0]
        assert [price["component"] for price in added["prices"]] == ["base", "base", "seat", "add_on", "setup_fee"]
        assert (added["trial_days"], added["included_usage"], added["contents_version"]) == (14, {"emails": "1000"}, 1)

    def test_is_done_once_for_one_idempotency_key(self, client, headers, read):
        keyed = headers | {"Idempotency-Key": "growth-1"}

        first, second = (client.post("/api/v1/plans", json=GROWTH, headers=keyed) for _ in range(2))

        assert first.json == second.json
        assert len(read("products").json["data"]) == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"trial_days": -1}, "trial_days"),
            ({"trial_days": 14.5}, "trial_days"),
            ({"seats_max": 2}, "seats_max"),
            ({"included_usage": {"faxes": "1"}}, "included_usage"),
            ({"included_usage": {"emails": 1.5}}, "included_usage.emails.value"),
            ({"included_usage": {"emails": "-1"}}, "included_usage.emails.value"),
            ({"included_credits": {"amount": 20, "currency": "USD"}}, "included_credits"),
            ({"included_credits": {"amount": "0", "currency": "USD"}}, "included_credits"),
            ({"tax_category": "luxury"}, "tax_category"),
            ({"kind": "saas_plan"}, "kind"),
            ({"prices": [{"interval": "month", "model": "flat", "unit_price": "x"}]}, "prices.0.unit_price"),
            ({"prices": [{"interval": "month", "model": "flat", "unit_price": "-5"}]}, "unit_price"),
        ],
    )
    def test_refuses_at_the_field_and_keeps_nothing(self, post, read, change, field):
        answer = post("plans", GROWTH | change)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert read("products").json["data"] == read("prices").json["data"] == []


class TestPatch:
    def test_gives_what_is_included_a_new_version(self, post, patch):
        plan = post("plans", GROWTH).json

        changed = patch(f"plans/{plan['id']}", {"trial_days": 7, "included_credits": None}).json

        assert (changed["contents_version"], changed["trial_days"], changed["included_credits"]) == (2, 7, None)
        assert changed["seats_included"] == 3

    def test_adds_no_version_where_nothing_differs(self, post, patch):
        plan = post("plans", GROWTH).json

        assert patch(f"plans/{plan['id']}", {"trial_days": 14, "name": "Growth+"}).json["contents_version"] == 1

    def test_archives_and_restores(self, post, patch, read):
        plan = post("plans", GROWTH).json

        patch(f"plans/{plan['id']}", {"archived": True})

        assert read("plans?archived=false").json["data"] == []
        assert not patch(f"plans/{plan['id']}", {"archived": False}).json["archived"]

    def test_finds_no_plan_in_another_kind_of_product(self, agency, patch):
        service = plans.product(agency)

        assert patch(f"plans/{service.public_id}", {"name": "x"}).status_code == 404
