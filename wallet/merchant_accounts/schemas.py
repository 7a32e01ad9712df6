from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import ValidationError, validates_schema

from agency.foundation.schemas import FormSchema, Text

PUBLISHABLE = ("pk_test_", "pk_live_")
SECRET = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
WEBHOOK = ("whsec_",)


def _key(beginnings: tuple[str, ...], message: LazyString, **options: Any) -> Text:  # noqa: ANN401  # Marshmallow's own options.
    def check(text: str) -> None:
        if not text.startswith(beginnings):
            raise ValidationError(str(message))

    return Text(longest=255, validate=[check], **options)


class OwnKey(FormSchema):
    """The keys of an account, as its owner copies them from the processor's pages."""

    publishable_key = _key(PUBLISHABLE, _l("A publishable key begins with pk_test_ or pk_live_."), required=True)
    secret_key = _key(SECRET, _l("A secret key begins with sk_ or rk_."), required=True)
    webhook_secret = _key(WEBHOOK, _l("A signing secret begins with whsec_."), load_default=None)

    @validates_schema
    def keys_belong_together(self, fields: dict[str, Any], **_options: object) -> None:
        """A test key and a live one never speak for the same payments."""
        modes = {fields[name].split("_")[1] for name in ("publishable_key", "secret_key") if name in fields}
        if len(modes) > 1:
            raise ValidationError(str(_l("One key is for tests and the other is live.")), "publishable_key")
