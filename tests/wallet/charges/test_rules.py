from datetime import UTC, datetime, timedelta

import pytest

from wallet.charges.rules import DeclineClass, classify, doubling, has_tries_left, next_try

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


class TestClassify:
    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            (("card_declined", "insufficient_funds"), DeclineClass.SOFT),
            (("card_declined", "generic_decline"), DeclineClass.SOFT),
            (("card_declined", "a_code_of_next_year"), DeclineClass.SOFT),
            (("card_declined", "stolen_card"), DeclineClass.HARD),
            (("expired_card", None), DeclineClass.HARD),
            (("card_declined", "authentication_required"), DeclineClass.NEEDS_AUTHENTICATION),
            (("authentication_required", "stolen_card"), DeclineClass.NEEDS_AUTHENTICATION),
            (("api_error", None), DeclineClass.OURS),
            ((None, None), DeclineClass.SOFT),
        ],
    )
    def test_it_says_whether_trying_again_can_help(self, codes, expected):
        assert classify(*codes) is expected


class TestNextTry:
    @pytest.mark.parametrize(("declines", "hours"), [(1, 1), (2, 2), (3, 4)])
    def test_it_waits_longer_after_each_soft_decline(self, declines, hours):
        at = next_try(DeclineClass.SOFT, declines=declines, at=NOON)

        assert at == NOON + timedelta(hours=hours)

    @pytest.mark.parametrize(
        ("decline", "declines"),
        [
            (DeclineClass.SOFT, 4),
            (DeclineClass.HARD, 1),
            (DeclineClass.NEEDS_AUTHENTICATION, 1),
            (DeclineClass.OURS, 9),
        ],
    )
    def test_it_gives_up(self, decline, declines):
        assert next_try(decline, declines=declines, at=NOON) is None

    def test_it_doubles_the_wait_while_the_processor_is_down(self):
        waits = [next_try(DeclineClass.OURS, declines=tries, at=NOON) - NOON for tries in (1, 2, 3)]

        assert waits == [timedelta(minutes=minutes) for minutes in (5, 10, 20)]


class TestDoubling:
    def test_it_grows_by_the_factor(self):
        schedule = doubling(first=timedelta(minutes=1), multiplier=3, tries_max=3)

        assert schedule.waits == (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=9))


class TestHasTriesLeft:
    @pytest.mark.parametrize(("tries", "expected"), [(11, True), (12, False)])
    def test_it_allows_twelve_in_thirty_days(self, tries, expected):
        assert has_tries_left([NOON - timedelta(days=29)] * tries, now=NOON) is expected

    def test_it_forgets_what_is_older(self):
        assert has_tries_left([NOON - timedelta(days=30)] * 12, now=NOON)
