"""Errors in Stripe's own shape."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer other than 200.

    `lasting` says that the changes made so far stay, as a declined payment stays on its intent; everything else that
    is refused leaves no trace.
    """

    def __init__(
        self, status: int, kind: str, message: str, *, lasting: bool = False, **details: str | Json | None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.lasting = lasting
        self.error: Json = {"type": kind, "message": message}
        self.error.update({name: value for name, value in details.items() if value is not None})
        if code := details.get("code"):
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{str(code).replace('_', '-')}"


def invalid(message: str, *, code: str | None = None, param: str | None = None) -> Refusal:
    return Refusal(400, "invalid_request_error", message, code=code, param=param)


def missing(kind: str, key: str, *, param: str | None = None) -> Refusal:
    """No such object: 404 when the path named it, 400 when a parameter did."""
    words = kind if kind in {"payment_intent", "setup_intent"} else kind.replace("_", " ")
    if kind == "payment_method":
        words = "PaymentMethod"
    return Refusal(
        400 if param else 404,
        "invalid_request_error",
        f"No such {words}: '{key}'",
        code="resource_missing",
        param=param or "id",
    )


def unexpected_state(intent: Json, message: str) -> Refusal:
    refusal = invalid(message, code=f"{intent['object']}_unexpected_state")
    refusal.error[intent["object"]] = intent
    return refusal


def unserved(param: str) -> Refusal:
    """Said aloud rather than ignored, so that nobody builds on a parameter that does nothing here."""
    return invalid(f"The local Stripe does not serve the parameter '{param}'.", param=param)
