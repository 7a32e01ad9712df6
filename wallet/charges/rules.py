"""What a card's refusal means, and when it may be tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DeclineClass(StrEnum):
    """Whether trying again can help: later, never, with the person present, or once we are well again."""

    SOFT = "soft"
    HARD = "hard"
    NEEDS_AUTHENTICATION = "needs_authentication"
    OURS = "ours"


# The processor's list of decline codes; what is on none of these lists may pass another day.
_HARD = frozenset(
    {
        "currency_not_supported",
        "card_not_supported",
        "do_not_try_again",
        "expired_card",
        "fraudulent",
        "highest_risk_level",
        "incorrect_address",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_pin",
        "incorrect_zip",
        "invalid_account",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "not_permitted",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "test_mode_live_card",
        "testmode_decline",
        "transaction_not_allowed",
    }
)
_NEEDS_AUTHENTICATION = frozenset(
    {
        "authentication_required",
        "authentication_not_handled",
        "mobile_device_authentication_required",
        "offline_pin_required",
        "online_or_offline_pin_required",
    }
)
_OURS = frozenset(
    {
        "api_connection_error",
        "api_error",
        "idempotency_error",
        "invalid_request_error",
        "lock_timeout",
        "rate_limit",
    }
)

# How soon an unknown answer is asked for again: at once while a person waits, then ever less often.
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (3, 10, 30, 120, 600, 1800, 3600))

# That brought nothing, all purposes together; the card networks fine what goes much beyond.
TRIES_PER_CARD_MAX = 12
TRIES_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySchedule:
    """How long to wait after each decline in turn; after the last wait there is no further try."""

    waits: tuple[timedelta, ...]

    def next_try(self, *, declines: int, at: datetime) -> datetime | None:
        """When to try again after so many declines in a row, the last of them at a time; None is never."""
        return at + self.waits[declines - 1] if declines <= len(self.waits) else None


def doubling(*, first: timedelta, multiplier: int = 2, tries_max: int) -> RetrySchedule:
    """Waits that grow by a factor."""
    return RetrySchedule(waits=tuple(first * multiplier**index for index in range(tries_max)))


SOFT_RETRIES = RetrySchedule(waits=(timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)))
# Five minutes to ten hours: a processor that is down is no refusal, and takes nothing from the card's budget.
OUR_RETRIES = doubling(first=timedelta(minutes=5), tries_max=8)


def classify(*codes: str | None) -> DeclineClass:
    """The class of the processor's error and decline codes; the most telling one decides."""
    known = frozenset(code for code in codes if code)
    if known & _NEEDS_AUTHENTICATION:
        return DeclineClass.NEEDS_AUTHENTICATION
    if known & _HARD:
        return DeclineClass.HARD
    return DeclineClass.OURS if known & _OURS else DeclineClass.SOFT


def next_try(
    decline: DeclineClass,
    *,
    declines: int,
    at: datetime,
    soft: RetrySchedule = SOFT_RETRIES,
    ours: RetrySchedule = OUR_RETRIES,
) -> datetime | None:
    """When to try again after so many declines of this class in a row; None means pause."""
    match decline:
        case DeclineClass.SOFT:
            return soft.next_try(declines=declines, at=at)
        case DeclineClass.OURS:
            return ours.next_try(declines=declines, at=at)
        case _:
            return None


def has_tries_left(tries: Iterable[datetime], *, now: datetime) -> bool:
    """Whether a card, known by its fingerprint, may be tried once more after tries that did not succeed."""
    return sum(1 for tried_at in tries if tried_at > now - TRIES_WINDOW) < TRIES_PER_CARD_MAX


def next_look(looks: int, *, at: datetime) -> datetime:
    """When to ask for an open attempt again after so many looks."""
    return at + LOOKS[min(looks, len(LOOKS) - 1)]
