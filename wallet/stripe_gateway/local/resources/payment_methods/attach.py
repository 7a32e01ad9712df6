"""A method belongs to one customer; once detached it is of no more use."""

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.declines import refused
from wallet.stripe_gateway.local.issuer import decline_on_saving
from wallet.stripe_gateway.local.refusals import Json, invalid

SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)


def attach(call: Call, method: Json, customer: str) -> Json:
    call.find("customer", customer, param="customer")
    if method["customer"] == customer:
        return method
    if method["customer"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method.get("_spent"):
        raise invalid(SPENT)
    if decline := decline_on_saving(method):
        raise refused(decline, payment_method=method)
    method["customer"] = customer
    call.save(method)
    call.announce("payment_method.attached", method)
    return method


def detach(call: Call, method: Json) -> Json:
    customer = method["customer"]
    if not customer:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    method |= {"customer": None, "_spent": True}
    call.save(method)
    call.announce("payment_method.detached", method, previous={"customer": customer})
    return method
