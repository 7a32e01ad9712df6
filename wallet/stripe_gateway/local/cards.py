"""Stripe's documented test cards and what each of them does. Source: https://docs.stripe.com/testing."""

from dataclasses import dataclass
from enum import StrEnum

from wallet.stripe_gateway.local.declines import BY_DECLINE_CODE, Decline


class Authentication(StrEnum):
    """When the issuer asks the cardholder to confirm a payment."""

    NEVER = "never"
    # Off-session only until it has been set up by an authenticated setup intent; on-session always.
    UNLESS_SET_UP = "unless_set_up"
    # Off-session never, on-session always.
    ON_SESSION = "on_session"
    ALWAYS = "always"


@dataclass(frozen=True)
class Card:
    """`attachable` is False for a card that the issuer refuses when it is saved, not only when it is charged."""

    number: str
    token: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    attachable: bool = True
    authentication: Authentication = Authentication.NEVER
    dispute: str | None = None
    refund: str = "succeeded"


def _declining(number: str, token: str, decline_code: str, *, attachable: bool = False) -> Card:
    return Card(number, token, decline=BY_DECLINE_CODE[decline_code], attachable=attachable)


_BRANDS = (
    Card("4242424242424242", "pm_card_visa"),
    Card("4000056655665556", "pm_card_visa_debit", funding="debit"),
    Card("5555555555554444", "pm_card_mastercard", "mastercard"),
    Card("2223003122003222", "pm_card_mastercard_2series", "mastercard"),
    Card("5200828282828210", "pm_card_mastercard_debit", "mastercard", "debit"),
    Card("5105105105105100", "pm_card_mastercard_prepaid", "mastercard", "prepaid"),
    Card("378282246310005", "pm_card_amex", "amex"),
    Card("371449635398431", "pm_card_amex_second", "amex"),
    Card("6011111111111117", "pm_card_discover", "discover"),
    Card("3056930009020004", "pm_card_diners", "diners"),
    Card("36227206271667", "pm_card_diners_14digits", "diners"),
    Card("3566002020360505", "pm_card_jcb", "jcb"),
    Card("6200000000000005", "pm_card_unionpay", "unionpay"),
)
_COUNTRIES = (
    Card("4000000320000021", "pm_card_ar", country="AR"),
    Card("4000000760000002", "pm_card_br", country="BR"),
    Card("4000001240000000", "pm_card_ca", country="CA"),
    Card("4000001520000001", "pm_card_cl", country="CL"),
    Card("4000001700000003", "pm_card_co", country="CO"),
    Card("4000004840008001", "pm_card_mx", country="MX"),
    Card("4000002760000016", "pm_card_de", country="DE"),
    Card("4000007240000007", "pm_card_es", country="ES"),
    Card("4000002500000003", "pm_card_fr", country="FR"),
    Card("4000008260000000", "pm_card_gb", country="GB"),
    Card("4000003920000003", "pm_card_jp", country="JP"),
)
_DECLINES = (
    _declining("4000000000000002", "pm_card_visa_chargeDeclined", "generic_decline"),
    _declining("4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    _declining("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "lost_card"),
    _declining("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
    _declining("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "expired_card"),
    _declining("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    _declining("4000000000000119", "pm_card_chargeDeclinedProcessingError", "processing_error"),
    _declining("4000000000006975", "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    _declining("4000000000000341", "pm_card_chargeCustomerFail", "generic_decline", attachable=True),
    _declining("4100000000000019", "pm_card_radarBlock", "fraudulent", attachable=True),
)
_AUTHENTICATION = (
    Card("4000002500003155", "pm_card_authenticationRequiredOnSetup", authentication=Authentication.UNLESS_SET_UP),
    Card("4000002760003184", "pm_card_authenticationRequired", authentication=Authentication.ALWAYS),
    Card("4000000000003220", "pm_card_threeDSecure2Required", authentication=Authentication.ALWAYS),
    Card(
        "4000003800000446",
        "pm_card_authenticationRequiredSetupForOffSession",
        authentication=Authentication.ON_SESSION,
    ),
    Card(
        "4000008260003178",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        decline=BY_DECLINE_CODE["insufficient_funds"],
        authentication=Authentication.ALWAYS,
    ),
)
_AFTERWARDS = (
    Card("4000000000000259", "pm_card_createDispute", dispute="fraudulent"),
    Card("4000000000002685", "pm_card_createDisputeProductNotReceived", dispute="product_not_received"),
    Card("4000000000007726", "pm_card_pendingRefund", refund="pending"),
    # Its refund succeeds at first; the control interface then lets it fail.
    Card("4000000000005126", "pm_card_refundFail"),
)
_ALL = _BRANDS + _COUNTRIES + _DECLINES + _AUTHENTICATION + _AFTERWARDS
BY_NUMBER = {card.number: card for card in _ALL}
BY_TOKEN = {card.token: card for card in _ALL} | {"pm_card_us": BY_NUMBER["4242424242424242"]}

# Direct debit is the slow method: a payment stays *processing* until the control interface settles it.
BANK_TOKENS = {"pm_usBankAccount_success": "6789", "pm_usBankAccount_processing": "2227"}


def is_plausible(number: str) -> bool:
    """Whether the check digit (Luhn) is right."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
