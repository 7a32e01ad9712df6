"""What may be typed or sent about webhooks, and how it is answered."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from agency.foundation.api import ListQuery
from agency.foundation.api_document import LEFT_OUT
from agency.foundation.schemas import FormSchema, QuerySchema, StrictSchema, Text, TypedId, one_of
from agency.webhooks.kinds import names
from agency.webhooks.models import WhyOff

URL_LENGTH_MAX = 2000
EVENT_EXAMPLE = {"type": "wallet.topped_up", "data": {"amount": {"amount": "25.00", "currency": "USD"}}}


def about(description: str, example: object) -> dict[str, object]:
    """What the API's document says of a field."""
    return {"description": description, "example": example}


def _known(kind: str) -> None:
    if kind not in names:
        raise ValidationError(str(_l("There is no event of this type.")))


def _url(**options: Any) -> Text:  # noqa: ANN401  # Marshmallow's own options.
    said = about("Where events are sent: https, at a public address.", "https://example.com/webhooks")
    return Text(longest=URL_LENGTH_MAX, metadata=said, **options)


def _description(**options: Any) -> Text:  # noqa: ANN401  # The same.
    return Text(longest=120, metadata=about("What people know it by.", "Accounting"), **options)


def _types(**options: Any) -> fields.List[str]:  # noqa: ANN401  # The same.
    kind = fields.String(validate=_known, metadata={"example": "wallet.topped_up"})
    said = {"description": "The types of events it takes; none: all of them."}
    return fields.List(kind, attribute="event_kinds", validate=validate.Length(max=100), metadata=said, **options)


class EndpointForm(FormSchema):
    url = _url(required=True)
    description = _description(load_default="")
    event_types = _types(load_default=list)


class NewEndpointForm(EndpointForm):
    app_id = TypedId("app", load_default=None)


class ReplayForm(FormSchema):
    endpoint = TypedId("whe", load_default=None)


class EventFilters(QuerySchema):
    """The filters of the page."""

    type = fields.String(validate=_known)
    cursor = fields.String()


class PageCursor(QuerySchema):
    cursor = fields.String()


class NewEndpoint(StrictSchema):
    """It belongs to the key's place: a sub-account's hears of that sub-account alone."""

    url = _url(required=True)
    description = _description(load_default="")
    event_types = _types(load_default=list)
    app_id = TypedId(
        "app",
        load_default=None,
        allow_none=True,
        metadata={"description": "Takes the events of one app alone.", LEFT_OUT: True},
    )


class EndpointChanges(StrictSchema):
    """Only what is sent is changed."""

    url = _url()
    description = _description()
    event_types = _types()
    enabled = fields.Boolean(metadata=about("Off: nothing is sent, and what waits is given up.", example=True))


class EndpointAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "whe_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac", allow_none=True)
    url = _url()
    description = _description()
    event_types = _types()
    app_id = TypedId("app", allow_none=True)
    enabled = fields.Boolean(attribute="is_on")
    disabled_reason = fields.String(
        attribute="why_off", allow_none=True, validate=one_of([why.value for why in WhyOff]), metadata={"example": None}
    )
    disabled_at = fields.AwareDateTime(attribute="off_since", allow_none=True)
    failing_since = fields.AwareDateTime(allow_none=True)
    created_by = fields.String(metadata={"example": "Ana Ruiz"})
    created_at = fields.AwareDateTime()


class EndpointMade(EndpointAnswer):
    secret = fields.String(
        metadata=about("Checks signatures, by the Standard Webhooks specification; given out this once.", "whsec_...")
    )


class NewSecret(StrictSchema):
    secret = fields.String(metadata=about("The new one; given out this once.", "whsec_..."))
    old_signs_until = fields.AwareDateTime(
        metadata={"description": "Until then each event carries a signature of the secret before as well."}
    )


class Endpoints(StrictSchema):
    data = fields.List(fields.Nested(EndpointAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class EventQuery(ListQuery):
    type = fields.String(validate=_known, metadata=about("Events of this type alone.", "wallet.topped_up"))


class EventAnswer(StrictSchema):
    """``data`` is what endpoints are sent."""

    id = fields.String(attribute="public_id", metadata={"example": "evt_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    type = fields.String(attribute="kind", metadata={"example": EVENT_EXAMPLE["type"]})
    sub_account_id = TypedId("sac", allow_none=True)
    occurred_at = fields.AwareDateTime()
    data = fields.Dict(metadata={"example": EVENT_EXAMPLE["data"]})


class Events(StrictSchema):
    data = fields.List(fields.Nested(EventAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class Replay(StrictSchema):
    endpoint_id = TypedId("whe", load_default=None)


class ReplayAnswer(StrictSchema):
    endpoints = fields.List(TypedId("whe"), metadata={"description": "Where it is sent again."})
