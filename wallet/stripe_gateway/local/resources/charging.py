"""Charges, and the balance transactions behind them."""

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.currencies import exponent
from wallet.stripe_gateway.local.declines import Decline
from wallet.stripe_gateway.local.refusals import Json

_FEE_BASIS_POINTS = 290
_FIXED_FEE = 30
_SETTLING_SECONDS = 2 * 24 * 3600
_CATEGORY = {"refund_failure": "refund_failure", "adjustment": "dispute"}


def charge(call: Call, intent: Json, method: Json, *, status: str, decline: Decline | None = None) -> Json:
    """Pending, failed, or authorised; `succeed` captures it."""
    key = new_id("ch")
    return call.add(
        {
            "id": key,
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": "CARTERA",
            "captured": False,
            "created": call.now,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": decline.code if decline else None,
            "failure_message": decline.message if decline else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": intent["metadata"],
            "on_behalf_of": None,
            "outcome": _outcome(decline),
            "paid": status == "succeeded",
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": _details(method, intent["amount"]),
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": intent["shipping"],
            "source": None,
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": status,
            "transfer_data": None,
            "transfer_group": intent["transfer_group"],
        }
    )


def _outcome(decline: Decline | None) -> Json:
    if decline is None:
        said = {"network_status": "approved_by_network", "reason": None, "type": "authorized"}
        return said | {"risk_level": "normal", "risk_score": 20, "seller_message": "Payment complete."}
    return {
        "network_status": "not_sent_to_network" if decline.blocked else "declined_by_network",
        "reason": decline.decline_code,
        "risk_level": "highest" if decline.blocked else "normal",
        "risk_score": 90 if decline.blocked else 20,
        "seller_message": "The bank returned the decline code `" + decline.decline_code + "`.",
        "type": "blocked" if decline.blocked else "issuer_declined",
    }


def _details(method: Json, amount: int) -> Json:
    kind = method["type"]
    details = {name: value for name, value in method[kind].items() if name not in {"_number", "display_brand"}}
    if kind == "card":
        for name in ("generated_from", "networks", "three_d_secure_usage"):
            details.pop(name)
        details |= {"amount_authorized": amount, "network": details["brand"], "three_d_secure": None}
    return {kind: details, "type": kind}


def succeed(call: Call, charge: Json, amount: int | None = None) -> None:
    """Capture the whole or a part, credit the balance less the fee, announce it."""
    held = charge["status"] == "succeeded" and amount is not None
    captured = charge["amount"] if amount is None else amount
    fee = processing_fee(captured, charge["currency"])
    entry = book(call, charge, captured, "charge", fee=fee)
    charge |= {"captured": True, "paid": True, "status": "succeeded", "amount_captured": captured}
    charge["balance_transaction"] = entry["id"]
    call.save(charge)
    call.announce("charge.captured" if held else "charge.succeeded", charge)


def fail_debit(call: Call, charge: Json) -> Json:
    """A bank account without the money; answers what the intent is to remember."""
    error = {"code": "payment_method_customer_decline", "message": "The customer's bank account could not be debited."}
    charge |= {"status": "failed", "failure_code": error["code"], "failure_message": error["message"]}
    call.save(charge)
    call.announce("charge.failed", charge)
    return error | {"type": "invalid_request_error"}


def processing_fee(amount: int, currency: str) -> int:
    """2.9 % and 30 cents, half up, in minor units; the fixed part only where there are cents."""
    return (amount * _FEE_BASIS_POINTS + 5_000) // 10_000 + (_FIXED_FEE if exponent(currency) else 0)


def book(call: Call, source: Json, amount: int, kind: str, *, fee: int = 0, description: str | None = None) -> Json:
    """A balance transaction of a signed amount; the fee comes off it."""
    fee_detail = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": "Stripe processing fees" if kind == "charge" else "Dispute fee",
        "type": "stripe_fee",
    }
    return call.add(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": call.now + _SETTLING_SECONDS,
            "balance_type": "payments",
            "created": call.now,
            "currency": source["currency"],
            "description": description or source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [fee_detail] if fee else [],
            "net": amount - fee,
            "reporting_category": _CATEGORY.get(kind, kind),
            "source": source["id"],
            "status": "pending",
            "type": kind,
        }
    )
