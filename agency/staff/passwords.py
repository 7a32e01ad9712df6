"""Passwords: argon2 with OWASP's smallest advised cost, which takes tens of milliseconds here.

``broken_passwords.txt.gz`` holds the 30,000 that were found most often among ten million leaked ones. It is the list
of zxcvbn 4.5.0, copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., under the MIT licence.
"""

import gzip
import string
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN = 12
LENGTH_MAX = 128
BROKEN = Path(__file__).with_name("broken_passwords.txt.gz")
AROUND = string.digits + string.punctuation + string.whitespace
AROUND_MAX = 6  # As long as a date: more of them are a secret of their own.
_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
# Verified where there is no account, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_broken(password: str) -> bool:
    """Whether it is known from leaks, or such a one repeated or with a few digits and signs around it."""
    lowered = password.lower()
    bare = lowered.strip(AROUND)
    tried = {lowered, bare} if len(lowered) - len(bare) <= AROUND_MAX else {lowered}
    return any(_once(each) in _broken() for each in tried)


def _once(text: str) -> str:
    """What is repeated, without its repetitions."""
    return text[: (text + text).find(text, 1)]


@cache
def _broken() -> frozenset[str]:
    return frozenset(gzip.decompress(BROKEN.read_bytes()).decode().splitlines())
