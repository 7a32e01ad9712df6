from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError


@contextmanager
def unique(index: str, refusal: type[DomainError]) -> Iterator[None]:
    """The unique index decides, because two may ask for one name at once.

    Raises:
        DomainError: the refusal, when the block ran into the index; nothing of the block was done.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if index in str(error.orig):
            raise refusal from error
        raise
