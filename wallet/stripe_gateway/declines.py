"""Why a card was not charged, and what that means for the next try: one table.

Source: https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes.
"""

from enum import StrEnum


class DeclineClass(StrEnum):
    """*soft* may pass later; *hard* will not on this card; *ours* says nothing about the card."""

    SOFT = "soft"
    HARD = "hard"
    NEEDS_AUTHENTICATION = "needs_authentication"
    OURS = "ours"


SOFT = frozenset(
    {
        "approve_with_id",
        "call_issuer",
        "card_velocity_exceeded",
        "card_declined",
        "do_not_honor",
        "duplicate_transaction",
        "generic_decline",
        "insufficient_funds",
        "issuer_not_available",
        "no_action_taken",
        "online_or_offline_pin_required",
        "processing_error",
        "reenter_transaction",
        "try_again_later",
        "withdrawal_count_limit_exceeded",
    }
)
HARD = frozenset(
    {
        "card_decline_rate_limit_exceeded",
        "card_not_supported",
        "currency_not_supported",
        "do_not_try_again",
        "expired_card",
        "fraudulent",
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
        "invalid_pin",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "not_permitted",
        "offline_pin_required",
        "pickup_card",
        "pin_try_exceeded",
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
NEEDS_AUTHENTICATION = frozenset(
    {
        "authentication_not_handled",
        "authentication_required",
        "mobile_device_authentication_required",
        "payment_intent_authentication_failure",
        "setup_intent_authentication_failure",
    }
)
# The network's own word to stop: trying again costs the agency its standing with the card schemes.
STOP = "do_not_try_again"


def decline_class(code: str | None, decline_code: str | None = None, advice_code: str | None = None) -> DeclineClass:
    """The class of a card error; the issuer's own code counts before the processor's, a code we do not know is soft."""
    named = decline_code or code or ""
    if named in NEEDS_AUTHENTICATION or code in NEEDS_AUTHENTICATION:
        return DeclineClass.NEEDS_AUTHENTICATION
    if advice_code == STOP or named in HARD:
        return DeclineClass.HARD
    return DeclineClass.SOFT
