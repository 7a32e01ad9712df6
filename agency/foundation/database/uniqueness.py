"""What only one may have: the unique index decides, because two may ask for it at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError


@contextmanager
def unique(refusal: type[DomainError], index: str = "") -> Iterator[None]:
    """Raises the refusal when the block ran into a unique index, the named one or any; nothing of it was done."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation) and index in str(error.orig):
            raise refusal from error
        raise
