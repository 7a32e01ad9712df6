from marshmallow import fields

from agency.foundation.schemas import QuerySchema, one_of
from wallet.stripe_webhooks.models import InboxState


class InboxFilters(QuerySchema):
    """The filters of the page."""

    state = fields.String(validate=one_of([state.value for state in InboxState]))
    cursor = fields.String()
