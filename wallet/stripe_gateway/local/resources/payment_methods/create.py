"""A payment method from a test token, from typed card details, or from a bank account."""

import hashlib
import re
from datetime import UTC, datetime

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.cards import (
    BANK_TOKENS,
    BY_NUMBER,
    BY_TOKEN,
    Authentication,
    Card,
    is_plausible,
)
from wallet.stripe_gateway.local.declines import malformed
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.editing import merged_metadata

_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_BILLING = {"address": _ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}
_SERVED_TYPES = ("card", "us_bank_account")
_BRANDS = (("amex", r"3[47]"), ("mastercard", r"5[1-5]|2[2-7]"), ("discover", r"6011|65"), ("visa", r"4"))


def create(call: Call, wish: Json) -> Json:
    kind = wish.get("type")
    if kind not in _SERVED_TYPES:
        raise invalid(f"The local Stripe serves the types {' and '.join(_SERVED_TYPES)}.", param="type")
    details = wish.get(str(kind))
    if details is None:
        raise invalid(f"Missing required param: {kind}.", code="parameter_missing", param=kind)
    method = _of_card(call, details) if kind == "card" else _of_bank(call, details["account_number"][-4:])
    method["billing_details"] = _billing(wish.get("billing_details") or {})
    method["metadata"] = merged_metadata({}, wish.get("metadata", {}))
    return call.add(method)


def from_token(call: Call, token: str) -> Json | None:
    """A fresh method for each use of `pm_card_visa` and its like; None when it is no test token."""
    if card := BY_TOKEN.get(token):
        return call.add(
            _method(
                call,
                "card",
                _card(call, card, datetime.fromtimestamp(call.now, UTC).year + 1, 12) | {"_number": card.number},
            )
        )
    if last4 := BANK_TOKENS.get(token):
        return call.add(_of_bank(call, last4))
    return None


def _of_card(call: Call, details: Json) -> Json:
    if "token" in details:
        raise invalid("The local Stripe serves card numbers and pm_card_ tokens.", param="card[token]")
    number = re.sub(r"[\s-]", "", details["number"])
    card = BY_NUMBER.get(number) or Card(number, "", _brand(number))
    _check_number(number)
    _check_date(call, details["exp_month"], details["exp_year"])
    _check_code(card, details.get("cvc"))
    shown = _card(call, card, details["exp_year"], details["exp_month"])
    return _method(call, "card", shown | {"_number": number})


def _check_number(number: str) -> None:
    if not re.fullmatch(r"\d{12,19}", number) or not is_plausible(number):
        raise malformed("incorrect_number", "Your card number is incorrect.", "number")


def _check_date(call: Call, month: int, year: int) -> None:
    today = datetime.fromtimestamp(call.now, UTC)
    if not 1 <= month <= 12:  # noqa: PLR2004 - Months of the year.
        raise malformed("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    if (year, month) < (today.year, today.month) or year > today.year + 50:
        raise malformed("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")


def _check_code(card: Card, code: str | None) -> None:
    length = 4 if card.brand == "amex" else 3
    if code is not None and not re.fullmatch(rf"\d{{{length}}}", code):
        raise malformed("invalid_cvc", "Your card's security code is invalid.", "cvc")


def _brand(number: str) -> str:
    return next((brand for brand, start in _BRANDS if re.match(start, number)), "unknown")


def _card(call: Call, card: Card, year: int, month: int) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": hashlib.sha256(f"{call.account} {card.number}".encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.authentication is not Authentication.NEVER},
        "wallet": None,
    }


def _of_bank(call: Call, last4: str) -> Json:
    account = {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": hashlib.sha256(f"{call.account} bank {last4}".encode()).hexdigest()[:16],
        "last4": last4,
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": "110000000",
        "status_details": {},
    }
    return _method(call, "us_bank_account", account)


def _method(call: Call, kind: str, details: Json) -> Json:
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _BILLING,
        kind: details,
        "created": call.now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def _billing(told: Json) -> Json:
    return (
        _BILLING
        | {name: value or None for name, value in told.items()}
        | {"address": _ADDRESS | (told.get("address") or {})}
    )
