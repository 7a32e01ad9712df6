"""Column types that refuse what they should not hold."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Numeric, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.operators import OperatorType


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; a time without zone is refused before it is stored."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature.
        if value is not None and value.tzinfo is None:
            raise TypeError("a time needs its zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # The same.
        return value.astimezone(UTC) if value is not None else None

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> Any:  # noqa: ANN401  # The same.
        if op in {operators.add, operators.sub} and not isinstance(value, datetime):
            return self.impl_instance.coerce_compared_value(op, value)
        return self


class Micros(TypeDecorator[int]):
    """Millionths of a currency's major unit; its currency stands in the column beside it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # The same.
        if value is not None and type(value) is not int:
            raise TypeError("micros are an int")
        return value


class Word(TypeDecorator[StrEnum]):
    """A state or kind: stored as its text, read as its enum, so that a typing mistake raises."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(length=40)
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # The same.
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002  # The same.
        return None if value is None else self.words(value)


Currency = String(3)
# A unit price, rate or markup: exact, and finer than a micro.
Rate = Numeric(38, 18)
