from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.api import ListQuery
from agency.foundation.i18n import IN_USE, TIME_ZONES
from agency.foundation.schemas import Email, FormSchema, Language, QuerySchema, StrictSchema, Text, TypedId
from agency.staff.passwords import LENGTH_MAX, LENGTH_MIN
from agency.staff.roles import AGENCY_SCOPES, Role

TYPED_MAX = 1000  # What is only compared may be anything, but not endless.
OF_THE_LIST = _l("Choose one from the list.")


class Line(Text):
    """A name on one line: it goes into the subject of mails."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(required=True, longest=100, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401  # Marshmallow's signature.
        return " ".join(super()._deserialize(value, attr, data, **kwargs).split())


class NewPassword(fields.String):
    """Kept exactly as typed: a blank at its end is part of it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        length = validate.Length(min=LENGTH_MIN, max=LENGTH_MAX, error=_l("Use 12 to 128 characters."))
        super().__init__(required=True, validate=length, **options)


class Typed(fields.String):
    """A password or code to compare with, exactly as typed."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # The same.
        length = validate.Length(max=TYPED_MAX, error=_l("That is too long to be right."))
        super().__init__(validate=length, **options)


class EmailForm(FormSchema):
    email = Email(required=True)


class SignInForm(EmailForm):
    password = Typed(required=True)


class ChoiceForm(FormSchema):
    agency = TypedId("agy", required=True)


class CodeForm(FormSchema):
    code = Typed(required=True)


class SwitchOnForm(CodeForm):
    """``sealed`` is the app's seed, encrypted for this person: nothing is kept before the code is right."""

    sealed = fields.String(required=True)


class ProofForm(FormSchema):
    proof = Typed(required=True)


class NewPasswordForm(FormSchema):
    new_password = NewPassword()


class PasswordChangeForm(NewPasswordForm):
    current_password = Typed(load_default="")


class ProfileForm(FormSchema):
    name = Line()
    locale = fields.String(required=True, validate=Language)


class LanguageForm(FormSchema):
    language = fields.String(required=True, validate=Language)


class NewPersonForm(NewPasswordForm):
    name = Line()


class SignUpForm(FormSchema):
    agency_name = Line()
    country = fields.String(required=True, validate=validate.Regexp("[A-Z]{2}$"))
    currency = fields.String(required=True, validate=validate.OneOf(IN_USE, error=OF_THE_LIST))
    time_zone = fields.String(required=True, validate=validate.OneOf(TIME_ZONES, error=OF_THE_LIST))
    name = Line()
    email = Email(required=True)


class RoleForm(FormSchema):
    role = fields.Enum(Role, by_value=True, required=True)


class InvitationForm(RoleForm):
    email = Email(required=True)


class ApiKeyForm(FormSchema):
    name = Line()
    scopes = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(max=len(AGENCY_SCOPES)),
        error_messages={"required": _l("Tick at least one.")},
    )


class PageCursor(QuerySchema):
    """Which page of a list."""

    cursor = fields.String()


class SubAccountSearch(PageCursor):
    search = Text(longest=120, load_default="")


class NewKeyQuery(QuerySchema):
    """For which sub-account a key will be; none: for the agency."""

    sub_account = TypedId("sac", load_default=None)


class ApiKeyBody(StrictSchema):
    """A key to make: to the agency, or with ``sub_account_id`` to that sub-account alone."""

    name = Line(metadata={"example": "Usage import"})
    scopes = fields.List(
        fields.String(metadata={"example": "usage.write"}),
        required=True,
        validate=validate.Length(min=1, max=len(AGENCY_SCOPES)),
    )
    sub_account_id = TypedId("sac", load_default=None)


class ApiKeyShown(StrictSchema):
    """What is known of a key; its text is shown once, when it is made."""

    id = TypedId("key")
    name = fields.String(metadata={"example": "Usage import"})
    sub_account_id = TypedId("sac", allow_none=True)
    scopes = fields.List(fields.String(metadata={"example": "usage.write"}))
    hint = fields.String(metadata={"description": "The last characters of the key.", "example": "k3Qz"})
    created_by = fields.String()
    created_at = fields.AwareDateTime(format="iso")
    last_used_at = fields.AwareDateTime(format="iso", allow_none=True)
    revoked_at = fields.AwareDateTime(format="iso", allow_none=True)


class ApiKeyMade(ApiKeyShown):
    key = fields.String(metadata={"description": "The key itself, given out this once.", "example": "ck_..."})


class ApiKeyPage(StrictSchema):
    data = fields.List(fields.Nested(ApiKeyShown))
    next_cursor = fields.String(allow_none=True)


class ApiKeyQuery(ListQuery):
    """The keys within the caller's reach."""
