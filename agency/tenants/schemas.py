"""What may be typed or sent about tenants: the same schema reads the form and the JSON body."""

from typing import Any

from babel import Locale
from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation import i18n
from agency.foundation.api import ListQuery
from agency.foundation.schemas import Email, Language, QuerySchema, StrictSchema, Text, TypedId, Whole, known, one_of
from agency.tenants.models import SubAccountState

USAGE_DAYS_BACK_MAX = 90
ALPHA_2 = 2  # ISO 3166 knows countries by two letters.
TERRITORIES = {str(code) for code in Locale("en").territories}
COUNTRIES = {code for code in TERRITORIES - i18n.NO_COUNTRIES if len(code) == ALPHA_2 and code.isalpha()}
STATES = tuple(state.value for state in SubAccountState)


def about(description: str, example: object) -> dict[str, object]:
    """What the API's document says of a field."""
    return {"description": description, "example": example}


class ZoneField(fields.String):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(
            validate=known(i18n.TIME_ZONES), metadata=about("IANA name of its zone.", "America/Mexico_City"), **options
        )


class LocaleField(fields.String):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # The same.
        super().__init__(validate=Language, metadata=about("Language of its people and documents.", "es"), **options)


class CountryField(fields.String):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # The same.
        super().__init__(validate=known(COUNTRIES), metadata=about("ISO 3166; fixed at opening.", "MX"), **options)


class CurrencyField(fields.String):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # The same.
        super().__init__(validate=one_of(i18n.IN_USE), metadata=about("ISO 4217; fixed at opening.", "MXN"), **options)


SOMETHING = validate.Length(min=1, error=_l("This field is needed."))


def _name(**options: Any) -> Text:  # noqa: ANN401  # The same.
    metadata = about("What people call it.", "Dental Norte")
    return Text(longest=120, validate=SOMETHING, metadata=metadata, **options)


def _email() -> Email:
    return Email(allow_none=True, metadata=about("Where it is written to.", "hola@dentalnorte.example"))


def _reference() -> Text:
    metadata = about("Your own id for it; unique.", "crm-1042")
    return Text(longest=80, validate=SOMETHING, allow_none=True, metadata=metadata)


class NewSubAccount(StrictSchema):
    """What is left out is as the agency has it."""

    name = _name(required=True)
    country = CountryField()
    currency = CurrencyField()
    time_zone = ZoneField()
    locale = LocaleField()
    email = _email()
    reference = _reference()


class SubAccountChanges(StrictSchema):
    """Only what is sent is changed; null takes an e-mail or a reference away."""

    name = _name()
    time_zone = ZoneField()
    locale = LocaleField()
    email = _email()
    reference = _reference()


class SubAccountAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata=about("", "sac_01hzy3v7k2e8mb4x9q0n5t6w1r"))
    name = _name()
    state = fields.String(validate=one_of(STATES), metadata={"example": "active"})
    country = CountryField()
    currency = CurrencyField()
    time_zone = ZoneField()
    locale = LocaleField()
    email = _email()
    reference = _reference()
    created_at = fields.AwareDateTime()


class SubAccounts(StrictSchema):
    data = fields.List(fields.Nested(SubAccountAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class SubAccountFilters(QuerySchema):
    """The filters of the page."""

    search = Text(longest=120)
    state = fields.String(validate=one_of(STATES))
    cursor = fields.String()


class SubAccountQuery(ListQuery):
    """What the API's list takes."""

    search = Text(longest=120, metadata=about("A part of the name, e-mail or reference.", "dental"))
    state = fields.String(validate=one_of(STATES))


class SuspensionReason(StrictSchema):
    reason = Text(
        required=True,
        longest=500,
        lines=True,
        metadata=about("Kept in the log and shown to staff.", "Unpaid since March"),
    )


class SuspensionAnswer(StrictSchema):
    sub_account_id = TypedId("sac")
    kind = fields.String(metadata={"example": "pause"})
    reason = fields.String(metadata={"example": "Unpaid since March"})
    began_at = fields.AwareDateTime()
    began_by = fields.String(metadata={"example": "Ana Ruiz"})


def _days_back(**options: Any) -> Whole:  # noqa: ANN401  # The same.
    metadata = about("For how many days after it occurred usage is taken.", 35)
    return Whole(least=1, most=USAGE_DAYS_BACK_MAX, metadata=metadata, **options)


class AgencyChanges(StrictSchema):
    """Only what is sent is changed; null takes the support e-mail away."""

    name = Text(longest=120, validate=SOMETHING, metadata=about("What people call it.", "Lumen Studio"))
    time_zone = ZoneField()
    locale = LocaleField()
    support_email = Email(allow_none=True, metadata=about("Where clients write to.", "ayuda@lumen.example"))
    second_factor_required = fields.Boolean(metadata=about("Whether its people must sign in with a code.", True))
    usage_days_back = _days_back()


class AgencyAnswer(AgencyChanges):
    id = fields.String(attribute="public_id", metadata={"example": "agy_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    country = CountryField()
    currency = CurrencyField()
    portal_name = fields.String(allow_none=True, metadata=about("What the portal is called.", "Lumen"))
    accent = fields.String(allow_none=True, metadata=about("The colour of its pages.", "#0b5f7c"))
    created_at = fields.AwareDateTime()


class AgencySettings(AgencyChanges):
    """The settings' form, which always sends all of them; a box left empty is a no."""

    name = Text(required=True, longest=120)
    time_zone = ZoneField(required=True)
    locale = LocaleField(required=True)
    support_email = Email(load_default=None)
    second_factor_required = fields.Boolean(load_default=False)
    usage_days_back = _days_back(required=True)


class SubAccountSettings(SubAccountChanges):
    """The settings' form, which always sends all of them."""

    name = _name(required=True)
    time_zone = ZoneField(required=True)
    locale = LocaleField(required=True)
    email = Email(load_default=None)
    reference = Text(longest=80, load_default=None)


class Branding(StrictSchema):
    accent = fields.String(load_default=None)
    portal_name = Text(longest=80, load_default=None)
