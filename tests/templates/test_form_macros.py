from dataclasses import dataclass, field

import pytest

IMPORTS = """
{% from "macros/form.html" import error_summary, field, form_start, money_input, select, textarea %}
{% from "macros/choices.html" import checkbox, checkboxes, radio_cards %}
"""


@dataclass
class Form:
    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture
def drawn(render):
    return lambda snippet, **form: render(IMPORTS + snippet, form=Form(**form))


class TestField:
    def test_keeps_what_was_typed(self, drawn):
        html = drawn("{{ field(form, 'name', 'Name') }}", values={"name": 'Ana "<b>"'})

        assert 'value="Ana &#34;&lt;b&gt;&#34;"' in html

    def test_never_sends_a_password_back(self, drawn):
        html = drawn("{{ field(form, 'secret', 'Password', type='password') }}", values={"secret": "hunter2"})

        assert "hunter2" not in html

    def test_says_its_error_beside_itself(self, drawn):
        html = drawn("{{ field(form, 'tax_id', 'Tax id', 'Nine signs.') }}", errors={"tax_id": ["Too short."]})

        assert 'aria-invalid="true"' in html
        assert 'aria-describedby="tax_id-field-hint tax_id-field-error"' in html
        assert 'id="tax_id-field-error"' in html
        assert "Too short." in html

    def test_is_silent_without_hint_or_error(self, drawn):
        assert "aria-" not in drawn("{{ field(form, 'name', 'Name') }}")

    @pytest.mark.parametrize(("required", "marked"), [("true", False), ("false", True)])
    def test_marks_what_may_stay_empty(self, drawn, required, marked):
        html = drawn("{{ field(form, 'name', 'Name', required=" + required + ") }}")

        assert ("optional" in html) is marked

    def test_keeps_a_long_text(self, drawn):
        html = drawn("{{ textarea(form, 'note', 'Note') }}", values={"note": "</textarea>"})

        assert "&lt;/textarea&gt;</textarea>" in html


class TestChoices:
    def test_keep_the_chosen_option(self, drawn):
        html = drawn("{{ select(form, 'plan', 'Plan', [(1, 'One'), (2, 'Two')]) }}", values={"plan": "2"})

        assert '<option value="2" selected>' in html
        assert html.count("selected") == 1

    def test_keep_the_chosen_card(self, drawn):
        options = "[{'value': 'a', 'label': 'A'}, {'value': 'b', 'label': 'B'}]"

        html = drawn("{{ radio_cards(form, 'card', 'Card', " + options + ") }}", values={"card": "b"})

        assert 'value="b" checked' in html
        assert html.count("checked") == 1

    def test_keep_several_chosen(self, drawn):
        html = drawn("{{ checkboxes(form, 'n', 'N', [('a', 'A'), ('b', 'B')]) }}", values={"n": ["a", "b"]})

        assert html.count("checked") == 2

    def test_leave_an_empty_box_empty(self, drawn):
        assert "checked" not in drawn("{{ checkbox(form, 'agree', 'Agree') }}")


class TestForm:
    def test_carries_its_token(self, drawn):
        html = drawn("{% call form_start('/x') %}{% endcall %}")

        assert '<input type="hidden" name="csrf_token" value="token">' in html

    def test_leads_from_the_summary_to_the_field(self, drawn):
        html = drawn("{{ error_summary(form, {'tax_id': 'Tax id'}) }}", errors={"tax_id": ["Too short."]})

        assert '<a href="#tax_id-field">Tax id: Too short.</a>' in html

    def test_says_what_concerns_no_field(self, drawn):
        html = drawn("{{ error_summary(form) }}", errors={"": ["The sub-account is closed."]})

        assert "<li>The sub-account is closed.</li>" in html

    def test_shows_no_summary_without_errors(self, drawn):
        assert drawn("{{ error_summary(form) }}").strip() == ""
