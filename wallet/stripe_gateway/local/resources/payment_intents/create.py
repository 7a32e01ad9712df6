from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.currencies import check_amount, check_currency
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.editing import merged_metadata
from wallet.stripe_gateway.local.resources.intents import payment_method_types
from wallet.stripe_gateway.local.resources.payment_intents.confirm import confirm
from wallet.stripe_gateway.local.resources.payment_methods.choose import chosen

_ONLY_WITH_CONFIRM = ("off_session", "return_url", "error_on_requires_action", "mandate_data")


def create(call: Call, wish: Json) -> Json:
    wish["currency"] = check_currency(wish["currency"])
    check_amount(wish["amount"], wish["currency"])
    for name in _ONLY_WITH_CONFIRM:
        if wish.get(name) and not wish.get("confirm"):
            raise invalid(f"`{name}` can only be provided when `confirm` is true.", param=name)
    if "customer" in wish:
        call.find("customer", wish["customer"], param="customer")
    intent = call.add(_intent(call, wish))
    call.announce("payment_intent.created", intent)
    if wish.get("confirm"):
        return confirm(call, intent, wish)
    if method := chosen(call, wish, intent):
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.save(intent)


def _intent(call: Call, wish: Json) -> Json:
    key = new_id("pi")
    return {
        "id": key,
        "object": "payment_intent",
        "amount": wish["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": wish.get("capture_method", "automatic_async"),
        "client_secret": new_id(f"{key}_secret"),
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": wish["currency"],
        "customer": wish.get("customer"),
        "description": wish.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "processing": None,
        "receipt_email": wish.get("receipt_email"),
        "review": None,
        "setup_future_usage": wish.get("setup_future_usage"),
        "shipping": wish.get("shipping"),
        "source": None,
        "statement_descriptor": wish.get("statement_descriptor"),
        "statement_descriptor_suffix": wish.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": wish.get("transfer_group"),
    } | payment_method_types(wish, wish["currency"])
