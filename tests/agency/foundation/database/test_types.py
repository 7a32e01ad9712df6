from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import StatementError
from sqlalchemy.sql import literal

from agency.foundation.database.session import session, transaction
from agency.foundation.database.types import Micros, Rate, UtcTime, Word

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
def through(app):
    """A value as the database gives it back."""

    def go(value, kind):
        with transaction():
            return session.connection().scalar(select(bindparam("value", value, type_=kind)))

    return go


class TestUtcTime:
    def test_comes_back_in_utc(self, through):
        moment = NOON.astimezone(timezone(timedelta(hours=-5)))

        assert through(moment, UtcTime()) == NOON
        assert through(moment, UtcTime()).tzinfo is UTC

    def test_is_refused_without_a_zone(self, through):
        with pytest.raises(StatementError, match="zone"):
            through(NOON.replace(tzinfo=None), UtcTime())

    def test_may_be_empty(self, through):
        assert through(None, UtcTime()) is None

    def test_can_be_reckoned_with(self, app):
        with transaction():
            later = session.connection().scalar(select(literal(NOON, UtcTime()) + timedelta(days=1)))

        assert later == NOON + timedelta(days=1)


class TestMicros:
    @pytest.mark.parametrize("value", [0, -1, 2**63 - 1, None])
    def test_come_back_as_they_went(self, through, value):
        assert through(value, Micros()) == value

    @pytest.mark.parametrize("value", [1.0, True, Decimal(1), "1"])
    def test_are_an_int_alone(self, through, value):
        with pytest.raises(StatementError, match="int"):
            through(value, Micros())


class TestWord:
    def test_comes_back_as_its_enum(self, through):
        assert through(Colour.RED, Word(Colour)) is Colour.RED
        assert through(None, Word(Colour)) is None

    def test_that_is_none_is_refused(self, through):
        with pytest.raises(StatementError, match="blue"):
            through("blue", Word(Colour))


class TestRate:
    def test_is_exact_and_finer_than_a_micro(self, through):
        assert through(Decimal("12345678901234567890.123456789012345678"), Rate) == Decimal(
            "12345678901234567890.123456789012345678"
        )
