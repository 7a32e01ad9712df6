"""How an issuer says no, in Stripe's codes and words."""

from dataclasses import dataclass

from wallet.stripe_gateway.local.refusals import Json, Refusal


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str
    advice_code: str | None = None
    blocked: bool = False


_SAID_NO = "Your card was declined."
_ALL = (
    Decline("card_declined", "generic_decline", _SAID_NO, "try_again_later"),
    Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.", "try_again_later"),
    Decline("card_declined", "lost_card", _SAID_NO, "do_not_try_again"),
    Decline("card_declined", "stolen_card", _SAID_NO, "do_not_try_again"),
    Decline("card_declined", "do_not_honor", _SAID_NO, "try_again_later"),
    Decline("card_declined", "try_again_later", _SAID_NO, "try_again_later"),
    Decline("card_declined", "pickup_card", _SAID_NO, "do_not_try_again"),
    Decline("card_declined", "fraudulent", _SAID_NO, "do_not_try_again", blocked=True),
    Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        "try_again_later",
    ),
    Decline(
        "card_declined",
        "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test (live) card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
    ),
    Decline("expired_card", "expired_card", "Your card has expired.", "do_not_try_again"),
    Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "confirm_card_data"),
    Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "try_again_later",
    ),
    Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
)
BY_DECLINE_CODE = {decline.decline_code: decline for decline in _ALL}
AUTHENTICATION_REQUIRED = BY_DECLINE_CODE["authentication_required"]


def told(decline: Decline) -> Json:
    """The part of an error, and of an intent's last error, that says what the issuer said."""
    words = {
        "advice_code": decline.advice_code,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "type": "card_error",
    }
    return {name: word for name, word in words.items() if word}


def refused(decline: Decline, *, lasting: bool = False, **details: str | Json | None) -> Refusal:
    refusal = Refusal(402, "card_error", decline.message, lasting=lasting, code=decline.code, **details)
    refusal.error |= told(decline)
    return refusal


def malformed(code: str, message: str, param: str) -> Refusal:
    """The card's own details cannot be right: wrong check digit, a date that has passed."""
    return Refusal(402, "card_error", message, code=code, param=param)
