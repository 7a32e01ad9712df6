"""What programs and forms say and read of rehearsing prices."""

from marshmallow import fields

from agency.foundation.schemas import MoneyField, StrictSchema, TypedId


class ClientRehearsalAnswer(StrictSchema):
    sub_account_id = TypedId("sac")
    before = MoneyField()
    after = MoneyField()
    difference = MoneyField()


class RehearsalAnswer(StrictSchema):
    """What was billed between the two moments, before tax, and what it would have been."""

    since = fields.AwareDateTime()
    until = fields.AwareDateTime()
    clients = fields.List(fields.Nested(ClientRehearsalAnswer))
    before = MoneyField()
    after = MoneyField()
    difference = MoneyField()
