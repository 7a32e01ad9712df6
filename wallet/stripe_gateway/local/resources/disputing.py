"""A cardholder's bank takes the money back, and perhaps returns it."""

from wallet.stripe_gateway.local.call import Call, new_id, public
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.charging import book

_FEE = 1500
_DAYS_TO_ANSWER = 9
_REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
_OPEN = ("needs_response", "under_review")


def open_dispute(call: Call, charge: Json, reason: str, amount: int) -> Json:
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} is disputed already.", code="charge_disputed")
    if not 0 < amount <= charge["amount_captured"]:
        raise invalid("A dispute's amount is positive and at most what was captured.", param="amount")
    dispute = call.add(_dispute(call, charge, reason, amount))
    _move(call, dispute, -amount, fee=_FEE, description="Chargeback withdrawal")
    charge["disputed"] = True
    call.save(charge)
    call.announce("charge.dispute.created", dispute)
    call.announce("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(call: Call, dispute: Json, *, won: bool) -> Json:
    """Won: the money comes back, the fee does not."""
    if dispute["status"] not in _OPEN:
        raise invalid("This dispute is already closed", param="id")
    dispute["status"] = "won" if won else "lost"
    if won:
        _move(call, dispute, dispute["amount"], description="Chargeback reversal")
    call.save(dispute)
    call.announce("charge.dispute.closed", dispute)
    if won:
        call.announce("charge.dispute.funds_reinstated", dispute)
    return dispute


def _move(call: Call, dispute: Json, amount: int, *, fee: int = 0, description: str) -> None:
    entry = book(call, dispute, amount, "adjustment", fee=fee, description=f"{description} for {dispute['charge']}")
    dispute["balance_transactions"].append(public(entry))
    call.save(dispute)


def _dispute(call: Call, charge: Json, reason: str, amount: int) -> Json:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": call.now + _DAYS_TO_ANSWER * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"].get("card", {}).get("brand"),
                "case_type": "chargeback",
                "network_reason_code": _REASON_CODES.get(reason, "10.4"),
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
