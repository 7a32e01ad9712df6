from datetime import date

import pytest
from flask_babel import force_locale

from agency.foundation.money import Money
from wallet.screens.columns import FIGURE_SPACE, aligned, day_and_month


def column(*amounts, currency="USD", signed=False):
    return [str(text) for text in aligned((Money.of(amount, currency) for amount in amounts), signed=signed)]


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context():
        yield


class TestAColumn:
    def test_pads_what_has_fewer_decimals(self):
        assert column("1.5", "0.0083") == [f'$1.50<span class="pad">{FIGURE_SPACE * 2}</span>', "$0.0083"]

    def test_pads_before_a_sign_that_follows(self):
        with force_locale("es"):
            short, _long = column("1.5", "0.0083")

        assert short == f'1,50<span class="pad">{FIGURE_SPACE * 2}</span>\u00a0US$'

    def test_leaves_equal_amounts_as_they_are(self):
        assert column("1.50", "20.25") == ["$1.50", "$20.25"]

    def test_marks_what_comes_in(self):
        assert column("5", "-5", "0", signed=True) == ["+$5.00", "\u2212$5.00", "$0.00"]

    def test_may_be_empty(self):
        assert column() == []


@pytest.mark.parametrize(("language", "written"), [("en", "Nov 21"), ("es", "21 nov")])
def test_a_day_is_short_along_an_axis(language, written):
    with force_locale(language):
        assert day_and_month(date(2026, 11, 21)) == written
