"""Settings: one frozen object, read from the environment once; what is missing or wrong is named at start."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet

T = TypeVar("T")

SECRET_LENGTH_MIN = 32  # Characters; itsdangerous signs with SHA-1's block of 64 bytes, half of it is plenty.
MODES = ("production", "development", "demo", "test")


class SettingsInvalid(Exception):
    """The environment cannot start the platform; ``problems`` maps each variable to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name} {what}" for name, what in self.problems.items()))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    mode: str
    base_url: str
    database_url: str
    database_owner_url: str | None
    redis_url: str
    secret_key: str
    encryption_key: str
    smtp_url: str
    mail_from: str
    stripe_secret_key: str | None
    stripe_publishable_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_base: str | None
    stripe_js_url: str
    sign_up_allowed: bool
    mailbox_folder: Path | None
    proxies_trusted: int
    web_workers: int

    def __repr__(self) -> str:
        """Without passwords and keys: a log or a traceback may show it."""
        return f"Settings(mode={self.mode!r}, base_url={self.base_url!r})"

    @property
    def shows_styleguide(self) -> bool:
        return self.mode != "production"

    @property
    def may_send_to_private_addresses(self) -> bool:
        """Whether webhooks may leave for this machine and its networks, and without TLS."""
        return self.mode != "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read and check every variable.

        Raises:
            SettingsInvalid: at least one variable is missing or malformed; all of them are named.
        """
        reader = _Reader(environment)
        settings = cls(
            mode=reader.read("CARTERA_MODE", _one_of(MODES), default="production"),
            base_url=reader.read("BASE_URL", _origin),
            database_url=reader.read("DATABASE_URL", _database_url),
            database_owner_url=reader.optional("DATABASE_OWNER_URL", _database_url),
            redis_url=reader.read("REDIS_URL", _url("redis", "rediss", "unix")),
            secret_key=reader.read("SECRET_KEY", _secret),
            encryption_key=reader.read("ENCRYPTION_KEY", _fernet_keys),
            smtp_url=reader.read("SMTP_URL", _url("smtp", "smtps")),
            mail_from=reader.read("MAIL_FROM", _mail_address, default="no-reply@cartera.example"),
            stripe_secret_key=reader.optional("STRIPE_SECRET_KEY", str),
            stripe_publishable_key=reader.optional("STRIPE_PUBLISHABLE_KEY", str),
            stripe_webhook_secret=reader.optional("STRIPE_WEBHOOK_SECRET", str),
            stripe_api_base=reader.optional("STRIPE_API_BASE", _url("http", "https")),
            stripe_js_url=reader.read("STRIPE_JS_URL", _url("http", "https"), default="https://js.stripe.com/v3/"),
            sign_up_allowed=reader.read("SIGN_UP_ALLOWED", _boolean, default="no"),
            mailbox_folder=reader.optional("MAILBOX_FOLDER", Path),
            proxies_trusted=reader.read("PROXIES_TRUSTED", _count, default="0"),
            web_workers=reader.read("WEB_WORKERS", _at_least_one, default="2"),
        )
        if reader.problems:
            raise SettingsInvalid(reader.problems)
        return settings


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: dict[str, str] = {}

    def read(self, name: str, parse: Callable[[str], T], *, default: str | None = None) -> T:
        text = self.environment.get(name) or default
        if text is None:
            self.problems[name] = "is missing"
            return None  # type: ignore[return-value]  # Never reaches a caller: the problem raises.
        try:
            return parse(text)
        except ValueError as error:
            self.problems[name] = str(error)
            return None  # type: ignore[return-value]  # The same.

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        return self.read(name, parse) if self.environment.get(name) else None


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        parts = _parts(text)
        if parts.scheme not in schemes or not (parts.hostname or parts.scheme == "unix"):
            raise ValueError(f"must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return text

    return parse


def _parts(text: str) -> SplitResult:
    """The parts of a URL; what the standard library finds wrong could quote a password, so it is not repeated."""
    try:
        parts = urlsplit(text)
        _port_is_a_number = parts.port
    except ValueError:
        raise ValueError("must be a URL with a valid host and port") from None
    return parts


def _origin(text: str) -> str:
    return _url("http", "https")(text).rstrip("/")


def _database_url(text: str) -> str:
    parts = _parts(text)
    if parts.scheme not in {"postgresql", "postgres", "postgresql+psycopg"} or not parts.path.strip("/"):
        raise ValueError("must be a URL like postgresql://user:password@host:5432/database")
    return "postgresql+psycopg" + text[len(parts.scheme) :]


def _secret(text: str) -> str:
    if len(text) < SECRET_LENGTH_MIN:
        raise ValueError(f"must have at least {SECRET_LENGTH_MIN} characters")
    return text


def _fernet_keys(text: str) -> str:
    try:
        for key in text.split(","):
            Fernet(key.strip())
    except ValueError as error:
        raise ValueError("must be 32 random bytes in URL-safe base64, or several such keys with commas") from error
    return text


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("must be an e-mail address")
    return text


def _boolean(text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise ValueError("must be yes or no")
    return text.lower() == "yes"


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("must be a whole number")
    return int(text)


def _at_least_one(text: str) -> int:
    number = _count(text)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return parse
