from marshmallow import fields

from agency.foundation.schemas import FormSchema
from agency.notices.rules import Notice


class NoticesForm(FormSchema):
    wanted = fields.List(fields.Enum(Notice, by_value=True), load_default=list)
