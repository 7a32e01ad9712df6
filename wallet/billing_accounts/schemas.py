from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from agency.foundation.schemas import Email, FormSchema, Language, StrictSchema, Text, known
from agency.tenants.schemas import COUNTRIES
from wallet.billing_accounts.models import BillingAccount

TAX_IDS_MAX = 5


def about(description: str, example: object) -> dict[str, object]:
    """What the API's document says of a field."""
    return {"description": description, "example": example}


class TaxId(StrictSchema):
    type = Text(required=True, longest=20, metadata=about("As the card processor names them.", "mx_rfc"))
    value = Text(required=True, longest=40, metadata=about("Checked by its country's rules.", "GODE561231GR8"))


class Address(StrictSchema):
    line1 = Text(longest=200, allow_none=True, metadata=about("Street and number.", "Av. Reforma 100"))
    line2 = Text(longest=200, allow_none=True, metadata=about("Apartment, floor, suite.", "Piso 4"))
    city = Text(longest=100, allow_none=True, metadata=about("", "Ciudad de México"))
    region = Text(longest=100, allow_none=True, metadata=about("State or region.", "CDMX"))
    postal_code = Text(longest=20, allow_none=True, metadata=about("As the country writes it.", "06600"))
    country = fields.String(validate=known(COUNTRIES), metadata=about("ISO 3166.", "MX"))


class AccountChanges(StrictSchema):
    """Only what is sent is changed; ``tax_ids`` are replaced as a whole."""

    legal_name = Text(longest=200, metadata=about("To whom documents are made out.", "Dental Norte S.A. de C.V."))
    email = Email(allow_none=True, metadata=about("Where documents are sent.", "pagos@dentalnorte.example"))
    locale = fields.String(validate=Language, metadata=about("Language of documents.", "es"))
    address = fields.Nested(Address)
    tax_ids = fields.List(fields.Nested(TaxId), validate=validate.Length(max=TAX_IDS_MAX))


class AccountAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "bil_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    currency = fields.String(metadata={"example": "MXN"})
    legal_name = fields.String(metadata={"example": "Dental Norte S.A. de C.V."})
    email = fields.String(allow_none=True, metadata={"example": "pagos@dentalnorte.example"})
    locale = fields.String(metadata={"example": "es"})
    address = fields.Nested(Address)
    tax_ids = fields.List(fields.Nested(TaxId))
    is_complete = fields.Boolean(metadata=about("Whether what its country demands is there.", True))


class AccountForm(FormSchema):
    """The page's form, which always sends all of it and knows one tax id."""

    legal_name = Text(required=True, longest=200)
    email = Email(load_default=None)
    locale = fields.String(required=True, validate=Language)
    country = fields.String(required=True, validate=known(COUNTRIES))
    line1 = Text(longest=200, load_default=None)
    line2 = Text(longest=200, load_default=None)
    city = Text(longest=100, load_default=None)
    region = Text(longest=100, load_default=None)
    postal_code = Text(longest=20, load_default=None)
    tax_id_type = Text(longest=20, load_default=None)
    tax_id = Text(longest=40, load_default=None)


ADDRESS_PARTS = tuple(Address().fields)


def shown(account: BillingAccount, *, is_complete: bool) -> dict[str, Any]:
    """An account as the API shows it."""
    plain = ("public_id", "currency", "legal_name", "email", "locale", "tax_ids")
    return {name: getattr(account, name) for name in plain} | {
        "address": {part: getattr(account, part) for part in ADDRESS_PARTS},
        "is_complete": is_complete,
    }


def flat(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The address's parts beside the other fields, as rows keep them."""
    found = dict(changes)
    address: dict[str, Any] = found.pop("address", {})
    return found | address
