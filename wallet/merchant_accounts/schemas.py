from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from agency.foundation.schemas import FormSchema, StrictSchema, Text, one_of
from wallet.merchant_accounts.models import MerchantKind

PUBLISHABLE = ("pk_test_", "pk_live_")
SECRET = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
WEBHOOK = ("whsec_",)


def _key(beginnings: tuple[str, ...], message: LazyString, **options: Any) -> Text:  # noqa: ANN401  # Marshmallow's own options.
    def check(text: str) -> None:
        if not (text.isascii() and text.startswith(beginnings)):
            raise ValidationError(str(message))

    return Text(longest=255, validate=[check], **options)


class _Keys(Schema):
    """The keys of an account, as its owner copies them from the processor's pages."""

    publishable_key = _key(
        PUBLISHABLE,
        _l("A publishable key begins with pk_test_ or pk_live_."),
        required=True,
        metadata={"example": "pk_test_norte"},
    )
    secret_key = _key(
        SECRET, _l("A secret key begins with sk_ or rk_."), required=True, metadata={"example": "sk_test_norte"}
    )
    webhook_secret = _key(
        WEBHOOK, _l("A signing secret begins with whsec_."), load_default=None, metadata={"example": "whsec_norte"}
    )

    @validates_schema
    def keys_belong_together(self, fields: dict[str, Any], **_options: object) -> None:
        """A test key and a live one never speak for the same payments."""
        modes = {fields[name].split("_")[1] for name in ("publishable_key", "secret_key") if name in fields}
        if len(modes) > 1:
            raise ValidationError(str(_l("One key is for tests and the other is live.")), "publishable_key")


class OwnKey(_Keys, FormSchema):
    pass


class OwnKeyBody(_Keys, StrictSchema):
    """``webhook_secret`` only where the webhook was made by hand; else it is made at the processor."""


class NewConnection(StrictSchema):
    return_url = fields.Url(
        required=True,
        schemes={"http", "https"},
        require_tld=False,
        validate=validate.Length(max=500),
        metadata={"example": "https://example.com/connected"},
    )


class ConnectionAddress(StrictSchema):
    """``account`` is told again when its owner has come back; the address works once."""

    account = fields.String(metadata={"example": "acct_1032D82eZvKYlo2C"})
    url = fields.String(metadata={"example": "https://connect.stripe.com/setup/s/acct_1032D82eZvKYlo2C"})


class AccountToReceive(StrictSchema):
    account = Text(
        required=True,
        longest=255,
        validate=[validate.Regexp(r"acct_[A-Za-z0-9_]+\Z", error=_l("An account's id begins with acct_."))],
        metadata={"example": "acct_1032D82eZvKYlo2C"},
    )


KINDS = tuple(kind.value for kind in MerchantKind)


class MerchantAnswer(StrictSchema):
    """No key is ever told. ``webhook_is_signed``: the processor's events to the address can be believed."""

    id = fields.String(attribute="merchant.public_id", metadata={"example": "mer_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    kind = fields.String(
        attribute="merchant.kind",
        validate=one_of(KINDS),
        metadata={"example": "own_key"},
    )
    name = fields.String(attribute="merchant.name", metadata={"example": "Lumen"})
    country = fields.String(attribute="merchant.country", allow_none=True, metadata={"example": "US"})
    account = fields.String(
        attribute="merchant.stripe_account", allow_none=True, metadata={"example": "acct_1032D82eZvKYlo2C"}
    )
    charges_enabled = fields.Boolean(attribute="merchant.charges_enabled", metadata={"example": True})
    webhook_address = fields.String(metadata={"example": "https://pay.example.com/webhooks/stripe/mer_01hzy3v7k2e8"})
    webhook_is_signed = fields.Boolean(metadata={"example": True})
    created_at = fields.AwareDateTime(attribute="merchant.created_at")
    checked_at = fields.AwareDateTime(attribute="merchant.checked_at", allow_none=True)
