"""Ids: UUIDv7 inside (they sort by time), typed words outside (they say what they name)."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from uuid_utils.compat import uuid7

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u.
LENGTH = 26
CACHED = 16_384  # A body of usage names the same few sub-accounts a thousand times.
_LETTERS = frozenset(ALPHABET)
_AS_PYTHON_WRITES = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")


class MalformedId(ValueError):
    """The text is no id of the expected kind."""


def new_id() -> UUID:
    return uuid7()


def first_at(moment: datetime) -> UUID:
    """Below every id that was made from a moment by the wall onwards, and above those made before it."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)


def encode(prefix: str, value: UUID) -> str:
    """``encode("inv", uuid)`` gives ``inv_`` and 26 letters and digits."""
    return f"{prefix}_{encode_bare(value)}"


def encode_bare(value: UUID) -> str:
    number = value.int
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def decode(prefix: str, text: str) -> UUID:
    """The opposite of ``encode``.

    Raises:
        MalformedId: another prefix, length or letter.
    """
    found, separator, letters = text.rpartition("_")
    if found != prefix or not separator:
        raise MalformedId(f"An id of this kind begins with {prefix}_.")
    return decode_bare(letters)


@lru_cache(maxsize=CACHED)
def decode_bare(letters: str) -> UUID:
    if len(letters) != LENGTH or letters[0] > "7" or not _LETTERS.issuperset(letters):
        raise MalformedId("The id is malformed.")
    return UUID(int=int(letters.translate(_AS_PYTHON_WRITES), len(ALPHABET)))
