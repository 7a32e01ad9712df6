"""Prices over the API: added, changed by versions alone, withdrawn, refused at the field."""

import pytest

from tests.factories import plans, tenants
from tests.factories.tenants import NOON

MONTHLY = {"interval": "month", "model": "flat", "unit_price": "97.00"}
USAGE = {"component": "usage", "meter": "emails", "interval": "month", "model": "per_unit", "unit_price": "0.01"}
TIERED = {"interval": "month", "model": "graduated"}


def tiers(*rows):
    return TIERED | {"component": "base", "tiers": list(rows)}


@pytest.fixture
def product(agency):
    return plans.product(agency)


@pytest.fixture
def add(post, product):
    return lambda line: post("prices", {"product_id": product.public_id, **line})


class TestAdd:
    def test_keeps_the_terms_digit_by_digit(self, add, read):
        added = add(USAGE | {"unit_price": "0.008300000000000001", "included_units": "100"})

        kept = read(f"prices/{added.json['id']}").json
        assert (kept["unit_price"], kept["included_units"], kept["meter"]) == ("0.008300000000000001", "100", "emails")
        assert (kept["version"], kept["line_id"], kept["currency"]) == (1, kept["id"], "USD")

    @pytest.mark.parametrize(
        ("line", "component"),
        [
            (MONTHLY, "base"),
            (USAGE | {"component": None}, "usage"),
            ({"model": "flat", "unit_price": "5"}, "one_time"),
        ],
    )
    def test_tells_what_it_is_for_where_nothing_is_said(self, add, line, component):
        said = {name: value for name, value in line.items() if value is not None}

        assert add(said).json["component"] == component

    def test_shows_the_agency_its_cost_and_clients_prices_apart(self, add):
        added = add(USAGE | {"unit_price": "0.0062", "markup": "1.35"}).json

        assert (added["unit_price"], added["wholesale_cost"], added["markup"]) == ("0.008370", "0.0062", "1.35")

    def test_refuses_the_same_line_twice(self, add):
        add(MONTHLY)

        assert add(MONTHLY).json["code"] == "price-exists"
        assert add(MONTHLY | {"name": "Founders"}).status_code == 201

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            (MONTHLY | {"unit_price": 97.5}, "unit_price"),
            (MONTHLY | {"unit_price": 97}, "unit_price"),
            (MONTHLY | {"unit_price": "-1"}, "unit_price"),
            (MONTHLY | {"unit_price": "1e3"}, "unit_price"),
            (MONTHLY | {"unit_price": "1,50"}, "unit_price"),
            (MONTHLY | {"unit_price": None}, "unit_price"),
            ({"interval": "month", "model": "flat"}, "unit_price"),
            (MONTHLY | {"currency": "XXX"}, "currency"),
            (MONTHLY | {"model": "magic"}, "model"),
            (MONTHLY | {"interval": "day"}, "interval"),
            (MONTHLY | {"interval_count": 0}, "interval_count"),
            (MONTHLY | {"interval_count": 1.5}, "interval_count"),
            (MONTHLY | {"tiers": []}, "tiers"),
            (MONTHLY | {"colour": "red"}, "colour"),
            (MONTHLY | {"component": "seat"}, "component"),
            (MONTHLY | {"component": "one_time"}, "interval"),
            (MONTHLY | {"component": "usage"}, "meter"),
            (MONTHLY | {"component": "base", "meter": "emails"}, "meter"),
            ({"component": "base", "model": "flat", "unit_price": "1"}, "interval"),
            ({"component": "setup_fee", "model": "per_unit", "unit_price": "1"}, "model"),
            (USAGE | {"meter": "nothing"}, "meter"),
            (USAGE | {"minimum": "5", "maximum": "4"}, "minimum"),
            (USAGE | {"wholesale_cost": "-1"}, "wholesale_cost"),
            (USAGE | {"wholesale_cost": "0.5", "markup": "2"}, "markup"),
            (USAGE | {"pass_through": [{"code": "c", "unit_price": 1}]}, "pass_through.0.unit_price"),
            (MONTHLY | {"effective_from": "2020-01-01T00:00:00Z"}, "effective_from"),
            (MONTHLY | {"effective_from": "2030-01-01"}, "effective_from"),
        ],
    )
    def test_refuses_at_the_field_and_stores_nothing(self, add, read, line, field):
        answer = add(line)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert read("prices").json["data"] == []

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([{"up_to": "10", "unit_price": "1"}, {"start": "20", "unit_price": "1"}], "Tier 2 leaves a gap"),
            ([{"up_to": "10", "unit_price": "1"}, {"start": "5", "unit_price": "1"}], "Tier 2 begins inside"),
            ([{"up_to": "10", "unit_price": "1"}, {"up_to": "5", "unit_price": "1"}], "Tier 2 has to end above"),
            ([{"unit_price": "1"}, {"unit_price": "1"}], "Tier 1 has no end"),
            ([{"up_to": "10", "unit_price": "1"}], "Tier 1 is the last"),
            ([{"unit_price": "-1"}], "Tier 1 has a negative price"),
            ([], "at least one tier"),
        ],
    )
    def test_names_the_tier_that_is_wrong(self, add, rows, words):
        assert words in add(tiers(*rows)).json["errors"]["tiers"][0]

    def test_refuses_what_is_archived(self, add, patch, product, read):
        meter = next(each for each in read("meters").json["data"] if each["code"] == "emails")
        patch(f"meters/{meter['id']}", {"archived": True})

        assert list(add(USAGE).json["errors"]) == ["meter"]
        patch(f"products/{product.public_id}", {"archived": True})
        assert add(MONTHLY).json["code"] == "product-archived"


class TestVersion:
    def test_is_added_and_leaves_the_former_as_it_was(self, add, post, read):
        first = add(MONTHLY).json

        second = post(f"prices/{first['id']}/versions", {"model": "flat", "unit_price": "99.00"}).json

        assert (second["version"], second["line_id"], second["interval"]) == (2, first["id"], "month")
        assert read(f"prices/{first['id']}").json == first
        assert [each["version"] for each in read(f"prices/{first['id']}/versions").json["data"]] == [2, 1]

    def test_may_be_of_one_client(self, add, post, agency):
        clinic = tenants.sub_account(agency)
        first = add(MONTHLY).json

        own = post(
            f"prices/{first['id']}/versions",
            {"model": "flat", "unit_price": "80", "sub_account_id": clinic.public_id},
        ).json

        assert (own["sub_account_id"], own["version"]) == (clinic.public_id, 1)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"currency": "EUR"}, "currency"),
            ({"effective_from": "2020-01-01T00:00:00Z"}, "effective_from"),
            ({"model": "percentage", "rate_percent": "2", "unit_price": None}, "model"),
            ({"interval": "year"}, "interval"),
        ],
    )
    def test_is_refused_at_the_field(self, add, post, read, change, field):
        first = add(MONTHLY).json
        terms = {"model": "flat", "unit_price": "99.00"} | change

        answer = post(
            f"prices/{first['id']}/versions", {name: value for name, value in terms.items() if value is not None}
        )

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert len(read("prices").json["data"]) == 1

    def test_of_a_client_has_the_clients_currency(self, add, post, agency):
        mexican = tenants.sub_account(agency, currency="MXN")
        first = add(MONTHLY).json

        answer = post(
            f"prices/{first['id']}/versions",
            {"model": "flat", "unit_price": "80", "sub_account_id": mexican.public_id},
        )

        assert list(answer.json["errors"]) == ["sub_account_id"]

    def test_never_begins_before_one_that_is_planned(self, add, post):
        first = add(MONTHLY).json
        terms = {"model": "flat", "unit_price": "99.00"}
        post(f"prices/{first['id']}/versions", terms | {"effective_from": "2040-01-01T00:00:00Z"})

        answer = post(f"prices/{first['id']}/versions", terms | {"effective_from": "2039-01-01T00:00:00Z"})

        assert answer.json["code"] == "effective-before-the-latest"


class TestPatch:
    def test_withdraws_and_sells_again(self, add, patch, post):
        price = add(MONTHLY).json

        assert patch(f"prices/{price['id']}", {"archived": True}).json["archived"]
        refused = post(f"prices/{price['id']}/versions", {"model": "flat", "unit_price": "1"})
        assert refused.json["code"] == "price-archived"
        assert not patch(f"prices/{price['id']}", {"archived": False}).json["archived"]

    @pytest.mark.parametrize("field", ["unit_price", "tiers", "currency", "effective_from", "interval"])
    def test_changes_nothing_else(self, add, patch, read, field):
        price = add(MONTHLY).json

        answer = patch(f"prices/{price['id']}", {"archived": False, field: "1"})

        assert "never changes" in answer.json["errors"][field][0]
        assert read(f"prices/{price['id']}").json == price

    def test_leaves_room_for_another_and_then_stays_away(self, add, patch):
        price = add(MONTHLY).json
        patch(f"prices/{price['id']}", {"archived": True})
        add(MONTHLY)

        assert patch(f"prices/{price['id']}", {"archived": False}).json["code"] == "price-exists"


class TestArchive:
    def test_takes_the_own_prices_along_and_brings_them_back(self, agency, patch, read):
        price = plans.price(plans.product(agency))
        own = plans.version(price, plans.flat("80"), sub_account=tenants.sub_account(agency), now=NOON)

        patch(f"prices/{price.public_id}", {"archived": True})
        assert read(f"prices/{own.public_id}").json["archived"]
        assert patch(f"prices/{own.public_id}", {"archived": False}).json["code"] == "price-archived"
        patch(f"prices/{price.public_id}", {"archived": False})
        assert not read(f"prices/{own.public_id}").json["archived"]

    def test_of_a_clients_price_leaves_the_line(self, agency, patch, read):
        price = plans.price(plans.product(agency))
        own = plans.version(price, plans.flat("80"), sub_account=tenants.sub_account(agency))

        patch(f"prices/{own.public_id}", {"archived": True})

        assert not read(f"prices/{price.public_id}").json["archived"]
        patch(f"prices/{own.public_id}", {"archived": False})
        assert not read(f"prices/{own.public_id}").json["archived"]
