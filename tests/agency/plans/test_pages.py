"""The console's catalogue, by forms and without a script."""

import pytest

from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import plans, staff, tenants

BASE = "/a/lumen-studio/catalogue"
TIERS = {"tiers.0.up_to": "100", "tiers.0.unit_price": "0.50", "tiers.1.unit_price": "0.30"}


@pytest.fixture
def service(agency):
    return plans.product(agency)


@pytest.fixture
def editor(service):
    return f"{BASE}/{service.public_id}/prices/new?component=usage&model=volume"


class TestLists:
    @pytest.mark.parametrize("path", ["", "/resold-services", "/apps", "/meters", "/coupons", "/taxes"])
    def test_show_what_is_in_use_and_what_is_archived(self, browser, path):
        assert visit(browser, f"{BASE}{path}").status_code == 200
        assert visit(browser, f"{BASE}{path}?state=archived").status_code == 200
        assert visit(browser, f"{BASE}{path}?state=lost").status_code == 422

    def test_say_what_a_plan_costs_and_includes(self, agency, browser):
        plans.plan(agency, trial_days=14)

        shown = visit(browser, BASE).text

        assert "Growth" in shown
        assert "$97.00 / month" in shown
        assert "14 days of trial" in shown

    def test_offer_nothing_to_press_to_who_may_only_read(self, app, agency):
        reader = staff.signed_in(app, staff.person(agency, role=Role.READ_ONLY))
        plan = plans.plan(agency)

        assert "Add a plan" not in visit(reader, BASE).text
        assert "Add a price" not in visit(reader, f"{BASE}/{plan.public_id}").text


class TestAPlan:
    def test_is_made_named_and_given_contents(self, browser, read):
        submit(browser, f"{BASE}/new?kind=saas_plan", name="Growth")
        [plan] = read("plans").json["data"]

        submit(
            browser,
            f"{BASE}/{plan['id']}/contents",
            **{"trial_days": "14", "credits": "20.00", "usage.emails": "1000", "seats_included": "3"},
        )

        changed = read(f"plans/{plan['id']}").json
        assert changed["included_credits"] == {"amount": "20.00", "currency": "USD"}
        assert (changed["trial_days"], changed["included_usage"]) == (14, {"emails": "1000"})

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("credits", "0.0000001"),
            ("credits", "20,00"),
            ("trial_days", "two"),
            ("seats_max", "0"),
            ("usage.emails", "x"),
            ("usage.faxes", "5"),
        ],
    )
    def test_keeps_what_was_typed_when_it_is_refused(self, agency, browser, field, text):
        plan = plans.plan(agency)

        answer = submit(browser, f"{BASE}/{plan.public_id}/contents", **{field: text})

        assert answer.status_code == 422
        assert "Nothing was saved" in answer.text

    def test_is_archived_and_restored(self, agency, browser, read):
        plan = plans.plan(agency)
        page = f"{BASE}/{plan.public_id}"

        submit(browser, f"{page}/archive", page=page)
        assert read(f"plans/{plan.public_id}").json["archived"]
        submit(browser, f"{page}/archive/end", page=page)
        assert not read(f"plans/{plan.public_id}").json["archived"]

    def test_is_edited(self, agency, browser, read):
        plan = plans.plan(agency)

        submit(browser, f"{BASE}/{plan.public_id}/edit", name="Growth+", tax_category="standard")

        assert read(f"plans/{plan.public_id}").json["name"] == "Growth+"


class TestTheEditor:
    def test_calculates_by_a_button_and_warns(self, browser, editor, read):
        answer = submit(
            browser, editor, model="volume", meter="emails", interval="month", quantity="101", act="example", **TIERS
        )

        assert answer.status_code == 200
        assert "$30.30" in answer.text
        assert "More units cost less than fewer" in answer.text
        assert read("prices").json["data"] == []

    def test_gives_another_row_and_keeps_what_was_typed(self, browser, editor):
        answer = submit(browser, editor, model="volume", act="add_tier", **TIERS)

        assert answer.text.count('name="tiers.3.up_to"') == 1
        assert (
            'name="tiers.0.unit_price" type="text" inputmode="decimal" autocomplete="off" value="0.50"' in answer.text
        )

    def test_saves_what_the_example_showed(self, browser, editor, read):
        answer = submit(
            browser,
            editor,
            model="volume",
            meter="emails",
            interval="month",
            interval_count="1",
            quantity="101",
            act="save",
            **TIERS,
        )

        [price] = read("prices").json["data"]
        assert answer.status_code == 302
        assert (price["model"], price["meter"], len(price["tiers"])) == ("volume", "emails", 2)

    def test_names_the_wrong_tier(self, browser, editor, read):
        wrong = TIERS | {"tiers.1.up_to": "50"}

        answer = submit(browser, editor, model="volume", meter="emails", interval="month", act="save", **wrong)

        assert answer.status_code == 422
        assert "Tier 2 has to end above" in answer.text
        assert read("prices").json["data"] == []

    @pytest.mark.parametrize("name", ["tiers.999999999.up_to", "tiers.x.up_to", "tiers.", "pass_through.-1.code"])
    def test_stands_any_name_of_a_field(self, browser, editor, name):
        answer = submit(browser, editor, model="volume", meter="emails", interval="month", act="save", **{name: "5"})

        assert answer.status_code == 422

    @pytest.mark.parametrize("query", ["component=soup", "model=magic", "component=seat&model=flat", "colour=red"])
    def test_stands_any_question(self, browser, service, query):
        answer = visit(browser, f"{BASE}/{service.public_id}/prices/new?{query}")

        assert answer.status_code in {200, 422}

    def test_makes_a_version_for_one_client(self, agency, browser, service, read):
        clinic = tenants.sub_account(agency)
        price = plans.price(service, plans.per_unit("0.0062", markup=plans.Decimal("1.35")), meter="emails")
        page = f"{BASE}/prices/{price.public_id}/versions/new"

        assert 'value="0.0062"' in visit(browser, page).text
        submit(browser, page, model="per_unit", unit_price="0.0070", sub_account_id=clinic.public_id, act="save")

        [own] = read(f"prices?sub_account_id={clinic.public_id}").json["data"]
        assert (own["unit_price"], own["line_id"]) == ("0.0070", price.public_id)

    def test_begins_on_a_day_of_the_agencys_calendar(self, browser, service, read):
        price = plans.price(service)
        page = f"{BASE}/prices/{price.public_id}/versions/new"

        submit(browser, page, model="flat", unit_price="99", begins_on="2040-07-01", act="save")
        refused = submit(browser, page, model="flat", unit_price="99", begins_on="2020-07-01", act="save")

        assert read("prices").json["data"][0]["effective_from"] == "2040-07-01T05:00:00+00:00"
        assert refused.status_code == 422


class TestAPrice:
    def test_shows_its_versions_cost_and_clients(self, agency, browser, service):
        price = plans.price(service, plans.per_unit("0.0062", markup=plans.Decimal("1.35")), meter="emails")
        plans.version(price, plans.per_unit("0.007"), sub_account=tenants.sub_account(agency))

        shown = visit(browser, f"{BASE}/prices/{price.public_id}").text

        assert "$0.00837 per e-mail" in shown
        assert "Version 1 for Dental Norte" in shown
        assert "$0.0062" in shown

    def test_is_archived_and_sold_again(self, browser, service, read):
        price = plans.price(service)
        page = f"{BASE}/prices/{price.public_id}"

        submit(browser, f"{page}/archive", page=page)
        assert read(f"prices/{price.public_id}").json["archived"]
        submit(browser, f"{page}/archive/end", page=page)
        assert not read(f"prices/{price.public_id}").json["archived"]


class TestTheRest:
    @pytest.mark.parametrize(
        ("path", "typed", "refused"),
        [
            ("meters", {"code": "gb", "name": "Storage", "unit": "GB"}, {"code": "GB!"}),
            ("coupons", {"code": "HELLO", "amount": "5", "last_day": "2040-01-31"}, {"amount": "1,5"}),
            ("taxes", {"name": "IVA", "percent": "16", "country": "MX"}, {"percent": "200"}),
        ],
    )
    def test_is_added_archived_and_restored(self, browser, read, path, typed, refused):
        assert submit(browser, f"{BASE}/{path}/new", **(typed | refused)).status_code == 422
        assert submit(browser, f"{BASE}/{path}/new", **typed).status_code == 302
        added = read(path).json["data"][0]
        page = f"{BASE}/{path}/{added['id']}"
        submit(browser, f"{page}/archive", page=page)
        assert read(path).json["data"][0]["archived"]
        submit(browser, f"{page}/archive/end", page=page)
        assert not read(path).json["data"][0]["archived"]

    def test_of_a_coupon_is_limited_by_its_last_day(self, agency, browser, read):
        coupon = plans.coupon(agency)

        submit(browser, f"{BASE}/coupons/{coupon.public_id}", name="Hello", last_day="2040-01-31")

        changed = read(f"coupons/{coupon.public_id}").json
        assert (changed["name"], changed["redeem_by"]) == ("Hello", "2040-02-01T06:00:00+00:00")

    def test_of_a_tax_and_a_meter_is_renamed(self, browser, read, post):
        tax = post("taxes", {"name": "IVA", "percent": "16"}).json
        meter = post("meters", {"code": "gb", "name": "GB", "unit": "GB"}).json

        submit(browser, f"{BASE}/taxes/{tax['id']}", name="I.V.A.")
        submit(browser, f"{BASE}/meters/{meter['id']}", name="Storage", unit="GB")

        assert read(f"taxes/{tax['id']}").json["name"] == "I.V.A."
        assert read(f"meters/{meter['id']}").json["name"] == "Storage"
