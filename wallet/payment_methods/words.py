"""How cards are spoken of."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Names are names in every language.
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
CONSENT = _l(
    "By saving this card you allow %(name)s to charge it for what your account owes: subscriptions, usage, funds"
    " you add and recharges you set up, also when you are not here. You can remove it at any time."
)


def brand_name(brand: str) -> str:
    return BRANDS.get(brand, brand.replace("_", " ").title())


# What people are told of a refusal. Of a lost or stolen card a stranger must not learn more than anybody.
REFUSALS = {
    "authentication_not_handled": _l("The bank wants the cardholder to confirm it."),
    "authentication_required": _l("The bank wants the cardholder to confirm it."),
    "card_not_supported": _l("The card does not take this kind of payment."),
    "card_removed": _l("The card was removed."),
    "card_velocity_exceeded": _l("The limit of the card is used up for now."),
    "currency_not_supported": _l("The card does not pay in this currency."),
    "expired_card": _l("The card has expired."),
    "incorrect_cvc": _l("The security code is wrong."),
    "incorrect_number": _l("The card number is wrong."),
    "incorrect_zip": _l("The postal code is not the one the bank knows."),
    "insufficient_funds": _l("The bank says that funds are not sufficient."),
    "invalid_cvc": _l("The security code is wrong."),
    "invalid_number": _l("The card number is wrong."),
    "issuer_not_available": _l("The bank could not be reached."),
    "merchant_retired": _l("The card was saved with an account that receives no longer; add it again."),
    "not_found": _l("The card processor never carried it out."),
    "payment_intent_authentication_failure": _l("The cardholder did not confirm it with their bank."),
    "processing_error": _l("The bank could not process it just now."),
    "setup_intent_authentication_failure": _l("The cardholder did not confirm it with their bank."),
    "tries_exhausted": _l("This card was tried too often in 30 days."),
    "withdrawal_count_limit_exceeded": _l("The limit of the card is used up for now."),
}
REFUSED = _l("The bank refused the card.")


def refusal_words(code: str | None) -> LazyString:
    """In the reader's language, whatever the processor said in its own."""
    return REFUSALS.get(code or "", REFUSED)
