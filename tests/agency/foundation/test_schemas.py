from uuid import UUID

import pytest
from flask_babel import force_locale
from flask_babel.speaklater import LazyString
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from agency.foundation import ids, schemas
from agency.foundation.jobs.models import JobState
from agency.foundation.money import Money
from agency.foundation.problems import flatten
from agency.foundation.schemas import Email, MoneyField, QuerySchema, StrictSchema, Text, TypedId, one_of

SAMPLE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class Letter(StrictSchema):
    title = Text(longest=10)
    body = Text(longest=40, lines=True)
    name = Text(required=True)
    email = Email()
    amount = MoneyField()
    price = MoneyField(positive=True)
    customer = TypedId("cus")
    colour = fields.String(validate=one_of(("red", "blue")))


def loaded(name, value):
    return Letter(partial=True).load({name: value})[name]


def refusal(name, value):
    with pytest.raises(ValidationError) as refused:
        Letter(partial=True).load({name: value})
    return flatten(refused.value.messages)[name]


class TestText:
    def test_is_trimmed_into_one_line(self):
        assert loaded("title", "  a\r\n b\u00a0c ") == "a b c"

    def test_keeps_its_lines_where_it_may(self):
        assert loaded("body", " a\r\n\r\nb\t ") == "a\n\nb"

    def test_may_hold_any_script(self):
        for text in ("Ñandú", "株式会社", "👩‍👩‍👧", "می‌خواهم"):  # Joiners are part of letters.
            assert loaded("body", text) == text

    def test_loses_what_nobody_sees(self):
        assert loaded("title", "a\u200bb\ufeff") == "ab"

    @pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800", "\ufffe"])
    def test_refuses_what_is_no_text(self, letter):
        assert refusal("title", f"a{letter}b") == ["Use letters, digits and punctuation only."]

    def test_is_as_long_as_it_may_be_after_trimming(self):
        assert loaded("title", " " * 50 + "a" * 10) == "a" * 10
        assert refusal("title", "a" * 11) == ["Use at most 10 characters."]

    @pytest.mark.parametrize("value", ["", "  ", "\u200b", "\n"])
    def test_that_is_needed_is_not_blank(self, value):
        assert refusal("name", value) == ["This field is needed."]

    @pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
    def test_is_text(self, value):
        assert refusal("title", value) == ["Write text."]

    @given(st.text(max_size=60))
    def test_holds_no_line_break_and_no_control_character(self, text):
        try:
            found = loaded("title", text)
        except ValidationError:
            return

        assert all(letter >= " " and letter != "\x7f" for letter in found)
        found.encode()


class TestEmail:
    def test_is_kept_in_lower_case(self):
        assert loaded("email", " Ana@Lumen.Example ") == "ana@lumen.example"

    @pytest.mark.parametrize(
        "text", ["ana", "@lumen.example", "ana@", "a b@c.example", "ana@lumen.example\nBcc: x@y.example", "a@b@c.d"]
    )
    def test_is_one_address(self, text):
        assert refusal("email", text) == ["Write an address like name@example.com."]


class TestMoneyField:
    def test_reads_a_decimal_string(self):
        assert loaded("amount", {"amount": "-12.50", "currency": "USD"}) == Money.of("-12.50", "USD")

    @pytest.mark.parametrize(
        "amount",
        [12.5, 12, True, None, "", "12,50", "1e3", "NaN", "Infinity", "+1", " 1", "1_000", "٣", "0x1", [], "1" * 400],
    )
    def test_refuses_everything_else(self, amount):
        assert refusal("amount", {"amount": amount, "currency": "USD"})

    @pytest.mark.parametrize("amount", ["0.0000001", "999999999999999"])
    def test_refuses_what_it_could_not_hold(self, amount):
        expected = ["The amount is too large or too precise."]

        assert refusal("amount", {"amount": amount, "currency": "USD"}) == expected

    @pytest.mark.parametrize("currency", ["usd", "XAU", "", None, 1, ["USD"]])
    def test_refuses_what_is_not_billed_in(self, currency):
        assert refusal("amount", {"amount": "1", "currency": currency}) == ["Not a currency we bill in."]

    @pytest.mark.parametrize("value", ["12.50", 12, [], {"amount": "1"}, {"amount": "1", "currency": "USD", "x": 1}])
    def test_is_an_amount_and_a_currency(self, value):
        assert refusal("amount", value) == ["Write an amount and a currency."]

    @pytest.mark.parametrize("amount", ["0", "-0.00", "-1"])
    def test_may_have_to_be_more_than_zero(self, amount):
        assert refusal("price", {"amount": amount, "currency": "USD"}) == ["The amount must be more than zero."]

    def test_writes_what_it_reads(self):
        assert Letter().dump({"amount": Money.of("12.5", "USD")})["amount"] == {"amount": "12.50", "currency": "USD"}


class TestTypedId:
    def test_is_typed_outside_and_a_uuid_inside(self):
        text = ids.encode("cus", SAMPLE)

        assert loaded("customer", text) == SAMPLE
        assert Letter().dump({"customer": SAMPLE}) == {"customer": text}

    @pytest.mark.parametrize("value", [str(SAMPLE), ids.encode("inv", SAMPLE), "", 1, None, {}, "cus_\x00"])
    def test_is_no_other_kind(self, value):
        assert refusal("customer", value)


class TestWords:
    def test_speak_the_readers_language(self, app):
        with app.test_request_context(), force_locale("es"):
            assert refusal("colour", "green") == ["Elige una opción de la lista."]
            assert refusal("title", "a" * 11) == ["Usa 10 caracteres como máximo."]
            assert refusal("title", None) == ["Este campo es obligatorio."]
            assert refusal("email", "ana") == ["Escribe una dirección como nombre@example.com."]

    def test_name_a_field_that_does_not_exist(self):
        for schema in (Letter(partial=True), QuerySchema()):
            with pytest.raises(ValidationError) as refused:
                schema.load({"titel": "a"})
            assert flatten(refused.value.messages) == {"titel": ["There is no such field."]}

    @pytest.mark.parametrize("field", schemas.WORDS, ids=lambda field: field.__name__)
    def test_are_ours_for_every_field_in_use(self, field):
        words = BUILT.get(field, field)().error_messages

        assert all(isinstance(words[name], LazyString) for name in field.default_error_messages.keys() - NEVER_READ)


# Of bytes, and of writing.
NEVER_READ = {"invalid_utf8", "format"}
BUILT = {
    fields.Enum: lambda: fields.Enum(JobState),
    fields.List: lambda: fields.List(fields.String()),
    fields.Nested: lambda: fields.Nested(StrictSchema),
}
