from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.schemas import StrictSchema, Text, TypedId
from wallet.payment_methods.models import PaymentMethod


def about(description: str, example: object) -> dict[str, object]:
    """What the API's document says of a field."""
    return {"description": description, "example": example}


class ConsentGiven(StrictSchema):
    """The cardholder's agreement to be charged when they are not there: words, person, time."""

    text = Text(
        required=True,
        longest=2000,
        metadata=about("The words they read.", "I allow Lumen Studio to charge this card for what I owe."),
    )
    given_by = Text(required=True, longest=200, metadata=about("Who agreed.", "Ana Ruiz"))
    given_at = fields.AwareDateTime(metadata=about("When; now, where it is left out.", "2026-03-31T18:00:00Z"))


class NewCard(StrictSchema):
    token = fields.String(
        required=True,
        validate=validate.Regexp(r"pm_\w{1,100}$", error=_l("A token of the card processor begins with pm_.")),
        metadata=about("A payment method that your page made with the publishable key.", "pm_card_visa"),
    )
    consent = fields.Nested(ConsentGiven, required=True)


class BackupOrder(StrictSchema):
    payment_methods = fields.List(
        TypedId("crd"),
        required=True,
        metadata={"description": "The cards to try, in this order, when the primary card is refused."},
    )


class DetachQuery(StrictSchema):
    confirm = fields.Boolean(
        load_default=False, metadata={"description": "Remove it even if an armed recharge rule then has no card."}
    )


class CardAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "crd_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    kind = fields.Constant("card")
    brand = fields.String(metadata={"example": "visa"})
    last4 = fields.String(metadata={"example": "4242"})
    exp_month = fields.Integer(metadata={"example": 4})
    exp_year = fields.Integer(metadata={"example": 2030})
    funding = fields.String(metadata={"example": "credit"})
    country = fields.String(allow_none=True, metadata={"example": "US"})
    is_primary = fields.Boolean()
    backup_order = fields.Integer(allow_none=True, metadata=about("Its place among the named backups.", 1))
    consented_by = fields.String(metadata={"example": "Ana Ruiz"})
    consented_at = fields.AwareDateTime()
    attached_at = fields.AwareDateTime()


class CardList(StrictSchema):
    data = fields.List(fields.Nested(CardAnswer))
    next_cursor = fields.String(allow_none=True)


def listed(cards: list[PaymentMethod]) -> dict[str, Any]:
    """A payer has few cards: one page holds them all."""
    return {"data": cards, "next_cursor": None}


def when_given(consent: dict[str, Any], now: datetime) -> datetime:
    """As it was said; nobody has agreed in the future."""
    given: datetime = consent.get("given_at") or now
    return min(given, now)
