"""The SDK's client of one merchant account, and the two ways a call that moves no money can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any

import stripe
from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from wallet.stripe_gateway.orders import Credentials
from wallet.stripe_gateway.outcomes import Unknown

# Connecting and waiting, in seconds: together well under a claim's lease, and within a person's patience.
TIMEOUT = (3, 10)
CLIENTS_MAX = 256
# Kept open and shared by all clients; each thread has its own.
connections = stripe.RequestsClient(timeout=TIMEOUT)
KEY_LIVES = timedelta(hours=23)  # The processor forgets keys after 24.
# A failure of the processor's is its lasting answer to a key. After so long no intent of that call appears any more.
QUIET = timedelta(minutes=30)
NOT_FOUND = "not_found"
SERVER_ERROR = 500
# The same key in use at this moment, or a lock held: the other request's end is not known yet.
CONFLICT = 409


class ProcessorUnreachable(DomainError):
    status = 503
    message = _l("The card processor did not answer. Nothing was charged; try again in a moment.")


class ProcessorRefused(DomainError):
    """The processor understood and said no; ``reason`` is its own sentence."""

    status = 422
    message = _l("The card processor refused: %(reason)s")


@lru_cache(CLIENTS_MAX)
def client_of(credentials: Credentials) -> stripe.StripeClient:
    """No retries of its own: every call is repeated by the row that asked for it, with the row's key."""
    return stripe.StripeClient(
        credentials.secret_key,
        stripe_account=credentials.account,
        base_addresses={"api": credentials.api_base} if credentials.api_base else {},
        max_network_retries=0,
        http_client=connections,
    )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the SDK's errors into ours.

    Raises:
        ProcessorUnreachable: no answer, or one of a processor in trouble; asking again is safe.
        ProcessorRefused: it said no.
    """
    try:
        yield
    except stripe.StripeError as error:
        if is_indefinite(error):
            raise ProcessorUnreachable from error
        raise ProcessorRefused(reason=error.user_message or error.code or "?") from error


def is_indefinite(error: stripe.StripeError) -> bool:
    """Whether the call may yet have been done, or may be done when sent again."""
    return error.http_status == CONFLICT or isinstance(
        error, stripe.APIConnectionError | stripe.APIError | stripe.RateLimitError | stripe.IdempotencyError
    )


def is_locked_out(error: stripe.StripeError) -> bool:
    """The key no longer opens the account: says nothing about what an earlier call did."""
    return isinstance(error, stripe.AuthenticationError | stripe.PermissionError)


def unknown(error: stripe.StripeError) -> Unknown:
    words = f"{type(error).__name__}: {error.user_message or error.code or ''}"
    return Unknown(words, answered=(error.http_status or 0) >= SERVER_ERROR)


def codes_of(told: stripe.StripeObject | None) -> tuple[str, ...]:
    """The issuer's own code, the processor's, and its advice on trying again."""
    codes = (part(told, name) for name in ("decline_code", "code", "advice_code"))
    return tuple(code for code in codes if isinstance(code, str))


def part(told: stripe.StripeObject | None, name: str) -> Any:  # noqa: ANN401  # Whatever the answer holds.
    """A part of an error; the SDK raises for those that the processor left out."""
    return getattr(told, name, None)
