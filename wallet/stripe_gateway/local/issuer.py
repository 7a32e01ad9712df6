"""What the bank behind a payment method says."""

from wallet.stripe_gateway.local.cards import BY_NUMBER, Authentication, Card
from wallet.stripe_gateway.local.declines import BY_DECLINE_CODE, Decline
from wallet.stripe_gateway.local.refusals import Json

_UNKNOWN = BY_DECLINE_CODE["test_mode_live_card"]


def card_of(method: Json) -> Card | None:
    """None for a bank account, and for a number that is none of Stripe's test cards."""
    return BY_NUMBER.get(method.get("card", {}).get("_number", ""))


def is_slow(method: Json) -> bool:
    return bool(method["type"] == "us_bank_account")


def decline_on_saving(method: Json) -> Decline | None:
    card = card_of(method)
    if card is None:
        return None if is_slow(method) else _UNKNOWN
    return None if card.attachable else card.decline


def decline_on_charging(method: Json) -> Decline | None:
    """A decline staged by the control interface goes before what the card itself does."""
    if staged := method.get("_decline"):
        return BY_DECLINE_CODE[staged["decline_code"]]
    card = card_of(method)
    if card is None:
        return None if is_slow(method) else _UNKNOWN
    return card.decline


def count_down_decline(method: Json) -> None:
    staged = method.get("_decline")
    if staged and staged["times"] is not None:
        staged["times"] -= 1
        if not staged["times"]:
            del method["_decline"]


def asks_to_confirm(method: Json, *, off_session: bool) -> bool:
    """Whether a payment needs the cardholder's authentication."""
    card = card_of(method)
    if card is None or card.authentication is Authentication.NEVER:
        return False
    if not off_session or card.authentication is Authentication.ALWAYS:
        return True
    return card.authentication is Authentication.UNLESS_SET_UP and not method.get("_set_up")


def asks_to_confirm_saving(method: Json) -> bool:
    card = card_of(method)
    return card is not None and card.authentication in {Authentication.UNLESS_SET_UP, Authentication.ALWAYS}
