"""Products, meters and taxes over the API."""

import pytest

from tests.factories import plans

SERVICE = {"kind": "resold_service", "name": "E-mail", "reference": "mail-1"}
METER = {"code": "gigabytes", "name": "Storage", "unit": "GB", "aggregation": "max"}
IVA = {"name": "IVA", "percent": "16", "country": "MX"}


class TestProducts:
    def test_are_listed_by_kind_and_words(self, agency, read):
        plans.plan(agency, name="Growth")
        plans.product(agency, name="E-mail", reference="mail-1")

        assert [each["name"] for each in read("products?kind=saas_plan").json["data"]] == ["Growth"]
        assert [each["name"] for each in read("products?search=MAIL-1").json["data"]] == ["E-mail"]

    def test_change_in_what_is_said_of_them(self, post, patch):
        added = post("products", SERVICE).json

        changed = patch(f"products/{added['id']}", {"name": "Mail", "reference": None}).json

        assert (changed["name"], changed["reference"], changed["kind"]) == ("Mail", None, "resold_service")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": "soup"}, "kind"),
            ({"name": ""}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"name": 5}, "name"),
            ({"reference": "mail-0"}, "reference"),
            ({"tax_category": "Luxury goods"}, "tax_category"),
            ({"price": "5"}, "price"),
        ],
    )
    def test_are_refused_at_the_field(self, agency, post, read, change, field):
        plans.product(agency, name="Before", reference="mail-0")

        answer = post("products", SERVICE | change)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert len(read("products").json["data"]) == 1

    def test_are_refused_a_reference_of_another(self, agency, post, patch):
        plans.product(agency, reference="mail-0")
        added = post("products", SERVICE).json

        assert patch(f"products/{added['id']}", {"reference": "mail-0"}).json["code"] == "product-reference-taken"


class TestMeters:
    def test_are_five_from_the_start(self, read):
        found = read("meters").json["data"]

        assert {each["code"] for each in found} == {"leads", "calls", "call_minutes", "emails", "sms_segments"}
        assert all(each["built_in"] for each in found)

    def test_of_ones_own_are_renamed_and_archived(self, post, patch):
        added = post("meters", METER).json

        changed = patch(f"meters/{added['id']}", {"name": "Disk", "archived": True}).json

        assert (changed["name"], changed["archived"], changed["aggregation"]) == ("Disk", True, "max")

    def test_that_are_built_in_keep_their_names(self, patch, read):
        meter = read("meters").json["data"][0]

        assert patch(f"meters/{meter['id']}", {"name": "x"}).json["code"] == "meter-built-in"
        assert patch(f"meters/{meter['id']}", {"archived": True}).json["archived"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"code": "Gigabytes"}, "code"),
            ({"code": "emails"}, "code"),
            ({"code": "x" * 41}, "code"),
            ({"aggregation": "median"}, "aggregation"),
            ({"unit": None}, "unit"),
            ({"unique_by": "contact"}, "unique_by"),
            ({"built_in": True}, "built_in"),
        ],
    )
    def test_are_refused_at_the_field(self, post, read, change, field):
        answer = post("meters", METER | change)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert len(read("meters").json["data"]) == 5


class TestTaxes:
    def test_make_a_category_that_products_can_have(self, post):
        post("taxes", IVA | {"category": "books"})

        assert post("products", SERVICE | {"tax_category": "books"}).json["tax_category"] == "books"

    def test_change_in_name_alone(self, post, patch):
        added = post("taxes", IVA).json

        assert patch(f"taxes/{added['id']}", {"name": "I.V.A.", "archived": True}).json["name"] == "I.V.A."
        assert list(patch(f"taxes/{added['id']}", {"percent": "18"}).json["errors"]) == ["percent"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"percent": "-1"}, "percent"),
            ({"percent": "101"}, "percent"),
            ({"percent": 16.0}, "percent"),
            ({"country": "XX"}, "country"),
            ({"country": None, "region": "Canarias"}, "country"),
            ({"treatment": "exempt", "percent": "0"}, "reason"),
            ({"treatment": "reverse_charge", "reason": "Art. 196"}, "percent"),
            ({"category": "Two words"}, "category"),
        ],
    )
    def test_are_refused_at_the_field(self, post, read, change, field):
        answer = post("taxes", IVA | change)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert read("taxes").json["data"] == []

    def test_may_say_why_there_is_none(self, post):
        added = post("taxes", {"name": "Exempt", "treatment": "exempt", "reason": "Art. 15"}).json

        assert (added["percent"], added["reason"], added["country"]) == ("0", "Art. 15", None)
