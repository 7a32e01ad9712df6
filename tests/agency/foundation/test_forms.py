import pytest
from werkzeug.datastructures import MultiDict

from agency.foundation.errors import InvalidInput
from agency.foundation.forms import Form, load_filters
from agency.foundation.schemas import QuerySchema, Text
from tests.agency.foundation.trial import TooEarly, Wish


class Filters(QuerySchema):
    search = Text(longest=5)


@pytest.fixture
def submitted(platform):
    """A form as a browser sends it."""

    def send(*pairs):
        with platform.test_request_context("/", method="POST", data=MultiDict(pairs)):
            form = Form(Wish())
            return form.load(), form.errors

    return send


def token(client):
    return client.get("/trial/form").text.rpartition("|")[2]


class TestLoad:
    def test_gives_nothing_before_it_is_sent(self, platform):
        with platform.test_request_context("/"):
            form = Form(Wish(), initial={"name": "Ana"})

            assert form.load() is None
            assert form.values["name"] == "Ana"
            assert form.errors == {}

    def test_takes_several_values_for_a_list_alone(self, submitted):
        wish, _errors = submitted(("name", "Ana"), ("name", "Eva"), ("colours", "red"), ("colours", "blue"))

        assert wish == {"name": "Ana", "colours": ["red", "blue"]}

    def test_takes_one_value_of_a_list_as_a_list(self, submitted):
        assert submitted(("name", "Ana"), ("colours", "red"))[0]["colours"] == ["red"]

    def test_takes_a_list_by_the_name_in_the_form(self, submitted):
        assert submitted(("name", "Ana"), ("choice", "a"), ("choice", "b"))[0]["chosen"] == ["a", "b"]

    def test_takes_a_blank_field_for_one_not_sent(self, submitted):
        wish, errors = submitted(("name", "  "), ("colours", " "))

        assert wish is None
        assert [str(text) for text in errors["name"]] == ["This field is needed."]

    def test_leaves_aside_what_the_form_carries_besides(self, submitted):
        assert submitted(("name", "Ana"), ("csrf_token", "x"), ("button", "save"))[0] == {"name": "Ana", "colours": []}


class TestAPage:
    def test_shows_what_was_typed_and_what_is_wrong(self, ana):
        answer = ana.post("/trial/form", data={"name": "a" * 21, "csrf_token": token(ana)})

        assert answer.status_code == 422
        assert answer.text.startswith("a" * 21)
        assert "Use at most 20 characters." in answer.text

    def test_shows_a_refusal_and_keeps_nothing_of_the_act(self, ana, lumen, acts):
        answer = ana.post("/trial/form", data={"name": "early", "csrf_token": token(ana)})

        assert answer.status_code == 422
        assert "Too early for early." in answer.text
        assert acts(lumen, "trial.wished") == 0

    def test_goes_on_when_all_is_well(self, ana, lumen, acts):
        answer = ana.post("/trial/form", data={"name": "Eva", "csrf_token": token(ana)})

        assert answer.status_code == 302
        assert acts(lumen, "trial.wished") == 1

    def test_does_nothing_for_a_form_of_another_page(self, ana, visitor, lumen, acts):
        answer = ana.post("/trial/form", data={"name": "Eva", "csrf_token": "forged"})

        assert answer.status_code == 400
        assert acts(lumen, "trial.wished") == 0


class TestCatching:
    def test_puts_a_refusal_without_field_over_the_form(self, platform):
        with platform.test_request_context("/"):
            form = Form(Wish())
            with form.catching():
                raise type("Closed", (TooEarly,), {"field": None, "message": "Closed."})

            assert form.errors == {"": ["Closed."]}

    def test_lets_a_failure_through(self, platform):
        with platform.test_request_context("/"), pytest.raises(ZeroDivisionError), Form(Wish()).catching():
            _ = 1 / 0


class TestLoadFilters:
    def test_leaves_out_what_is_blank(self, platform):
        with platform.test_request_context("/?search="):
            assert load_filters(Filters()) == {}

    @pytest.mark.parametrize("query", ["search=abcdef", "colour=red", "search=%00"])
    def test_refuses_what_no_list_has(self, platform, query):
        with platform.test_request_context(f"/?{query}"), pytest.raises(InvalidInput):
            load_filters(Filters())
