"""How cards are spoken of."""

from flask_babel import lazy_gettext as _l

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
