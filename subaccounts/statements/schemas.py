"""Statements and aging as programs and forms send and read them."""

from marshmallow import fields

from agency.foundation.api import ListQuery
from agency.foundation.schemas import FormSchema, MoneyField, QuerySchema, StrictSchema, Text, TypedId, one_of
from subaccounts.statements.models import StatementKind

KINDS = tuple(kind.value for kind in StatementKind)


class NewStatement(StrictSchema):
    """With ``customer_id`` of a customer's account with its sub-account; with ``sub_account_id`` of its own."""

    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    currency = Text(longest=3, metadata={"example": "USD"})
    kind = fields.String(load_default="account", validate=one_of(KINDS), metadata={"example": "account"})
    first_day = fields.Date(required=True, metadata={"example": "2026-03-01"})
    last_day = fields.Date(required=True, metadata={"example": "2026-03-02"})
    tax_ids_shown = fields.Boolean(
        load_default=False,
        metadata={"description": "Of one for reimbursement: in full, else masked.", "example": False},
    )


class StatementQuery(ListQuery):
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    kind = fields.String(validate=one_of(KINDS), metadata={"example": "account"})


class StatementAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "stm_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    number = fields.String(attribute="number_text", metadata={"example": "ST-00007"})
    kind = fields.String(validate=one_of(KINDS), metadata={"example": "account"})
    seller = fields.String(metadata={"example": "sub_account"})
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus", allow_none=True)
    payer_name = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    opening = MoneyField()
    closing = MoneyField()
    document_hash = fields.String(metadata={"description": "SHA-256 of all that it says."})
    created_at = fields.AwareDateTime()


class Statements(StrictSchema):
    data = fields.List(fields.Nested(StatementAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class AgingQuery(QuerySchema):
    as_of = fields.Date(metadata={"description": "The end of which day; today without one.", "example": "2026-03-31"})
    sub_account_id = TypedId("sac", metadata={"description": "That sub-account's customers."})


class AgingLine(StrictSchema):
    """What one payer owes by how many days it is past due; ``credit`` is not taken off."""

    name = fields.String(metadata={"example": "Lucia Herrera"})
    sub_account_id = TypedId("sac", allow_none=True)
    customer_id = TypedId("cus", allow_none=True)
    currency = fields.String(metadata={"example": "USD"})
    not_due = MoneyField()
    days_30 = MoneyField()
    days_60 = MoneyField()
    days_90 = MoneyField()
    older = MoneyField()
    total = MoneyField()
    credit = MoneyField()


class AgingReport(StrictSchema):
    as_of = fields.Date()
    data = fields.List(fields.Nested(AgingLine))
    totals = fields.List(fields.Nested(AgingLine))


class StatementForm(FormSchema):
    payer = Text(required=True, longest=64)
    kind = fields.String(load_default="account", validate=one_of(KINDS))
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    tax_ids_shown = fields.Boolean(load_default=False)


class ListFilters(FormSchema):
    kind = fields.String(validate=one_of(KINDS))
    cursor = fields.String()


class AsOf(FormSchema):
    as_of = fields.Date()
