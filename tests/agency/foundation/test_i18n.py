import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel import Locale
from flask import g
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation import clock, i18n
from agency.foundation.money import Money
from tests.factories import staff

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENGLISH, SPANISH = Locale("en"), Locale("es")
NB = "\u00a0"


def written(amount, currency, where):
    return i18n.money_in(Money.of(amount, currency), where)


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "english", "spanish"),
        [
            ("12.5", "USD", "$12.50", f"12,50{NB}US$"),
            ("1234567.5", "EUR", "€1,234,567.50", f"1.234.567,50{NB}€"),
            ("-49", "USD", "\u2212$49.00", f"\u221249,00{NB}US$"),
            ("1250", "JPY", "¥1,250", f"1.250{NB}¥"),
            ("1.2", "KWD", f"KWD{NB}1.200", f"1,200{NB}KWD"),
            ("0.0083", "USD", "$0.0083", f"0,0083{NB}US$"),
            ("0.5", "JPY", "¥0.5", f"0,5{NB}¥"),
            ("380", "MXN", "MX$380.00", f"380,00{NB}MX$"),
            ("5000", "COP", f"COP{NB}5,000.00", f"5.000,00{NB}COP"),
            ("-0.000001", "EUR", "\u2212€0.000001", f"\u22120,000001{NB}€"),
            ("0", "GBP", "£0.00", f"0,00{NB}£"),
        ],
    )
    def test_is_written_as_a_native_reader_expects(self, amount, currency, english, spanish):
        assert written(amount, currency, ENGLISH) == english
        assert written(amount, currency, SPANISH) == spanish

    @given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD", "EUR"]))
    def test_loses_no_digit(self, micros, currency):
        money = Money(micros, currency)

        digits = re.sub(r"[^\d,]", "", i18n.money_in(money, SPANISH))
        assert digits.replace(",", ".") == money.plain().removeprefix("-")

    def test_is_the_page_language_with_its_code_where_asked(self, app):
        with app.test_request_context(headers={"Accept-Language": "es"}):
            assert i18n.money(Money.of("1", "USD")) == f"1,00{NB}US$"
            assert i18n.money(Money.of("1", "USD"), code=True) == f"1,00{NB}US$ USD"
            assert i18n.money(None) == "--"

    def test_tells_every_currency_from_the_others(self):
        for where in (ENGLISH, SPANISH):
            signs = [i18n.symbol(currency, where) for currency in i18n.IN_USE - {"JPY"}]
            assert len(signs) == len(set(signs))


class TestNumbers:
    def test_have_a_true_minus(self, app):
        with app.test_request_context(), force_locale("es"):
            assert i18n.number(Decimal("-1234.5")) == "\u22121.234,5"
            assert i18n.percent(Decimal("-0.042")) == f"\u22124,2{NB}%"

    def test_are_not_rounded(self, app):
        with app.test_request_context(), force_locale("en"):
            assert i18n.number(Decimal("0.000000000000000001")) == "0.000000000000000001"


class TestTimes:
    def test_are_those_of_the_tenants_zone(self, app):
        with app.test_request_context():
            g.time_zone = "America/Chicago"

            assert ">Mar 2, 2026, 6:00:00\u202fAM<" in i18n.moment(NOON)
            assert ">Mar 1, 2026<" in i18n.day(NOON - timedelta(hours=7))

    def test_speak_the_readers_language(self, app):
        with app.test_request_context(headers={"Accept-Language": "es"}):
            assert ">2 mar 2026<" in i18n.day(NOON)

    def test_say_their_moment_to_machines(self, app):
        with app.test_request_context():
            assert '<time datetime="2026-03-02T12:00:00+00:00"' in i18n.moment(NOON)

    def test_that_are_days_have_no_zone(self, app):
        with app.test_request_context():
            g.time_zone = "America/Chicago"

            assert ">Mar 2, 2026<" in i18n.day(date(2026, 3, 2))

    def test_say_how_long_ago_by_the_tenants_own_clock(self, app):
        with app.test_request_context(), clock.standing_at(NOON):
            assert i18n.relative(NOON - timedelta(hours=3)) == "3 hours ago"
            assert i18n.relative(NOON + timedelta(days=2)) == "in 2 days"

    def test_that_have_happened_lie_behind_us_on_any_clock(self, app):
        with app.test_request_context(), clock.standing_at(NOON):
            assert i18n.since(NOON) == "1 second ago"
            assert i18n.since(clock.wall() - timedelta(days=2)) == "2 days ago"

    def test_that_are_not_there_are_said_so(self, app):
        assert (i18n.day(None), i18n.moment(None)) == ("--", "--")


class TestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "chosen"), [("es-MX,en;q=0.5", "es"), ("en-GB", "en"), ("de,fr", "en"), ("", "en"), ("es", "es")]
    )
    def test_is_what_the_browser_prefers(self, app, accepted, chosen):
        with app.test_request_context(headers={"Accept-Language": accepted}):
            assert i18n.language() == chosen

    def test_is_the_choice_made_in_this_browser_first(self, visitor):
        with visitor.session_transaction() as cookie:
            cookie["language"] = "es"

        assert visitor.get("/trial/greeting").text == "En esta dirección no hay nada."

    def test_is_the_persons_own_before_the_browsers(self, platform, lumen):
        client = staff.signed_in(platform, staff.person(lumen, locale="es"))
        with client.session_transaction() as cookie:
            cookie["language"] = "en"

        assert client.get("/trial/greeting").text == "En esta dirección no hay nada."

    def test_is_never_one_we_do_not_speak(self, visitor):
        with visitor.session_transaction() as cookie:
            cookie["language"] = "../../etc"

        assert visitor.get("/trial/greeting").text == "There is nothing at this address."

    def test_of_a_job_is_english_unless_it_writes_to_somebody(self, app):
        assert i18n.language() == "en"

        g.language = "es"
        assert i18n.language() == "es"


class TestChoices:
    def test_name_currencies_and_countries_in_order(self, app):
        with app.test_request_context(headers={"Accept-Language": "es"}):
            assert ("USD", "Dólar estadounidense (USD)") in i18n.currency_choices()
            assert ("MX", "México") in i18n.country_choices()
            assert "ZZ" not in dict(i18n.country_choices())
