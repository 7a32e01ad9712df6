"""Passwords: argon2 with OWASP's smallest advised cost, which takes tens of milliseconds here."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN = 12
LENGTH_MAX = 128
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
