import pytest
from flask_babel import force_locale
from marshmallow import ValidationError

from agency.foundation.money import Money
from agency.foundation.typed_amounts import AmountText, WalletForm, plain_decimal, typed


class AnAmount(WalletForm):
    amount = AmountText(required=True)


class ZeroToo(WalletForm):
    amount = AmountText(positive=False, required=True)


@pytest.mark.parametrize(
    ("text", "mark", "read"),
    [
        ("25", ".", "25"),
        ("$25.50", ".", "25.50"),
        ("1,250.50", ".", "1250.50"),
        ("1.250,50", ",", "1250.50"),
        ("US$ 1 250", ",", "1250"),
        ("1.250", ",", "1250"),
        ("1,250", ".", "1250"),
        ("1.250", ".", "1.250"),
        ("25,5", ".", "25.5"),
        ("1.250.000", ",", "1250000"),
        ("MX$99", ".", "99"),
    ],
)
def test_a_typed_amount_is_read_as_it_was_meant(text, mark, read):
    assert plain_decimal(text, decimal_mark=mark) == read


@pytest.mark.parametrize("text", ["", "abc", "-5", "1e3", "25.", ".5", "1,25,0", "12.34.56", "٢٥", "5 USD"])
def test_what_is_no_amount_is_refused(text):
    assert plain_decimal(text, decimal_mark=".") is None


class TestAField:
    def test_reads_the_currency_of_its_form(self, app):
        assert AnAmount("KWD").load({"amount": "1.250"}) == {"amount": Money.of("1.250", "KWD")}

    def test_reads_by_the_language_of_the_page(self, app):
        with app.test_request_context(), force_locale("es"):
            assert AnAmount("USD").load({"amount": "1.250,5"}) == {"amount": Money.of("1250.50", "USD")}

    @pytest.mark.parametrize("text", ["0", "many", "-1", "1.1234567", "9999999999999999"])
    def test_says_what_is_wrong_beside_it(self, app, text):
        with pytest.raises(ValidationError) as refusal:
            AnAmount("USD").load({"amount": text})

        assert list(refusal.value.messages) == ["amount"]

    def test_takes_zero_where_zero_means_something(self, app):
        assert ZeroToo("USD").load({"amount": "0"}) == {"amount": Money.zero("USD")}

    @pytest.mark.parametrize(("language", "text"), [("en", "1250.50"), ("es", "1250,50")])
    def test_is_filled_with_what_it_reads(self, app, language, text):
        amount = Money.of("1250.5", "USD")

        with app.test_request_context(), force_locale(language):
            assert typed(amount) == text
            assert AnAmount("USD").load({"amount": text})["amount"] == amount
