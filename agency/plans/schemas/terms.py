"""Price terms as people and programs write them, read into the rules' frozen ones."""

from dataclasses import fields as fields_of
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from agency.foundation.schemas import StrictSchema, Text
from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier
from agency.plans.schemas.fields import DecimalText, Quantity, choice, count
from agency.tenants.schemas import CurrencyField

TIERS_MAX = 100
FEES_MAX = 20
PLAIN = frozenset({"unit_price", "wholesale_cost"})
TIERED = frozenset({"tiers", "first_fee_at_zero", "wholesale_cost"})
TRANSACTION = frozenset(
    {
        "rate_percent",
        "fixed_fee",
        "free_transactions",
        "transaction_minimum",
        "transaction_maximum",
    }
)
# What makes a model; the rest (included units, markup, bounds, pass-through fees) goes with any of them.
FIELDS = {
    Model.FLAT: PLAIN,
    Model.PER_UNIT: PLAIN,
    Model.PACKAGE: PLAIN | {"package_size"},
    Model.GRADUATED: TIERED,
    Model.VOLUME: TIERED,
    Model.PERCENTAGE: TRANSACTION,
}
MODEL_FIELDS = frozenset().union(*FIELDS.values())


class TierSchema(StrictSchema):
    up_to = Quantity("The last quantity inside; null for all the rest.", "1000", allow_none=True, load_default=None)
    start = Quantity("Where it begins, when said: the end before, or one more.", "0", allow_none=True)
    unit_price = DecimalText("Of each unit inside.", "0.0083")
    flat_fee = DecimalText("Asked once when the tier is reached.", "5.00")
    package_size = Quantity("Units that one unit price buys.", "100", allow_none=True)

    @validates_schema
    def say_a_price(self, data: dict[str, Any], **_options: object) -> None:
        if not data.keys() & {"unit_price", "flat_fee"}:
            raise ValidationError({"unit_price": [str(_l("Give this tier a unit price, a flat fee, or both."))]})


class FeeSchema(StrictSchema):
    code = Text(required=True, longest=40, metadata={"example": "carrier"})
    unit_price = DecimalText("Handed on at cost.", "0.0035", required=True)


class TermsSchema(StrictSchema):
    """Amounts are major units. With a ``markup`` they are wholesale, and clients pay them times it."""

    model = choice(Model, "How a quantity becomes an amount.", required=True)
    currency = CurrencyField()
    unit_price = DecimalText("The flat amount, or the price of a unit or a package.", "0.0083")
    package_size = Quantity("Units in a package; a begun one counts whole.", "100")
    tiers = fields.List(
        fields.Nested(TierSchema),
        validate=validate.Length(max=TIERS_MAX, error=_l("Use at most {max}.")),
        metadata={"description": "Of graduated and volume prices, in order; the last has no end."},
    )
    first_fee_at_zero = fields.Boolean(metadata={"description": "Whether the first tier's fee is asked without usage."})
    rate_percent = DecimalText("Percent of each transaction.", "2.9")
    fixed_fee = DecimalText("Of each transaction.", "0.30")
    free_transactions = count("Transactions before the first that costs.", 0)
    transaction_minimum = DecimalText("The least a transaction costs.", "0.50")
    transaction_maximum = DecimalText("The most a transaction costs.", "20.00")
    included_units = Quantity("Units of a period that cost nothing.", "100")
    minimum = DecimalText("The least a period costs.", "10.00", allow_none=True)
    maximum = DecimalText("The most a period costs, but for pass-through fees.", "500.00", allow_none=True)
    markup = DecimalText("The factor on wholesale amounts.", "1.35", allow_none=True)
    wholesale_cost = DecimalText("What one unit, package or flat price costs the agency.", "0.0062", allow_none=True)
    pass_through = fields.List(
        fields.Nested(FeeSchema),
        validate=validate.Length(max=FEES_MAX, error=_l("Use at most {max}.")),
        metadata={"description": "Fees of carriers per unit, never marked up."},
    )

    @validates_schema
    def fit_the_model(self, data: dict[str, Any], **_options: object) -> None:
        """A field of another model is a misunderstanding, and must not be passed over in silence."""
        model = Model(data["model"])
        errors = {name: [_unfit()] for name in data.keys() & (MODEL_FIELDS - FIELDS[model])}
        needed = "rate_percent" if model is Model.PERCENTAGE else "unit_price"
        by_cost = data.get("markup") is not None and data.get("wholesale_cost") is not None
        if needed in FIELDS[model] and needed not in data and not by_cost:
            errors[needed] = [str(_l("This field is needed."))]
        if model in {Model.GRADUATED, Model.VOLUME} and by_cost:
            errors["wholesale_cost"] = [str(_l("With a markup the tiers are the wholesale cost."))]
        if errors:
            raise ValidationError(errors)


def _unfit() -> str:
    return str(_l("A price of this model has no such field."))


TERMS_FIELDS = frozenset(field.name for field in fields_of(PriceTerms))


def read_terms(loaded: dict[str, Any], *, currency: str) -> tuple[PriceTerms, Decimal | None]:
    """The terms and the wholesale cost in what a ``TermsSchema`` read; ``currency`` where none was said."""
    said = {name: value for name, value in loaded.items() if name in TERMS_FIELDS and value is not None}
    said |= {"model": Model(loaded["model"]), "currency": loaded.get("currency") or currency}
    if "tiers" in said:
        said["tiers"] = tuple(Tier(**tier) for tier in said["tiers"])
    if "pass_through" in said:
        said["pass_through"] = tuple(PassThrough(**fee) for fee in said["pass_through"])
    return PriceTerms(**said), loaded.get("wholesale_cost")
