from marshmallow import fields

from agency.foundation.schemas import Email, FormSchema, Language, QuerySchema, StrictSchema, Text, TypedId, one_of
from subaccounts.customers.rules import Letter
from subaccounts.portal.models.access import Grant
from subaccounts.portal.rules import Range
from subaccounts.statements.models import StatementKind


class EmailForm(FormSchema):
    email = Email(required=True)


class CodeForm(FormSchema):
    code = Text(required=True, longest=20)


class NewClientForm(FormSchema):
    name = Text(required=True, longest=120)
    email = Email(required=True)
    note = Text(longest=500, lines=True, load_default=None)


class LanguageForm(FormSchema):
    language = fields.String(required=True, validate=Language)


class PreferencesForm(FormSchema):
    name = Text(required=True, longest=120)
    locale = fields.String(required=True, validate=Language)


class LettersForm(FormSchema):
    wanted = fields.List(fields.Enum(Letter, by_value=True), load_default=list)


class GrantForm(FormSchema):
    email = Email(required=True)
    name = Text(required=True, longest=120)
    begins_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)


class PortalForm(FormSchema):
    name = Text(longest=120, load_default=None)
    accent = Text(longest=7, load_default=None)


class ApprovalForm(FormSchema):
    """``customer`` is one there is; without it the asker becomes a new one."""

    customer = TypedId("cus", load_default=None)


class NewPortalAccess(StrictSchema):
    email = Email(required=True, metadata={"example": "lucia@example.com"})
    name = Text(
        longest=120, load_default=None, metadata={"example": "Lucía Prado", "description": "The customer's by default."}
    )
    begins_on = fields.Date(load_default=None, metadata={"example": "2026-03-02", "description": "Today by default."})
    ends_on = fields.Date(
        load_default=None, metadata={"example": "2027-03-01", "description": "The last day; null is without an end."}
    )


class PortalAccessAnswer(StrictSchema):
    id = TypedId("pgr")
    customer_id = TypedId("cus")
    email = fields.String()
    name = fields.String()
    scope = fields.String(metadata={"example": "billing"})
    begins_on = fields.Date()
    ends_on = fields.Date()
    granted_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime()
    registered_at = fields.AwareDateTime(metadata={"description": "When their first link was used; null before."})


class PortalAccessList(StrictSchema):
    data = fields.List(fields.Nested(PortalAccessAnswer))
    portal_url = fields.String(metadata={"example": "https://billing.example/p/dental-norte"})


def grant_answer(grant: Grant, identity: object) -> dict[str, object]:
    names = ("id", "customer_id", "scope", "begins_on", "ends_on", "granted_at", "revoked_at")
    of_identity = {name: getattr(identity, name) for name in ("email", "name", "registered_at")}
    return {name: getattr(grant, name) for name in names} | of_identity


class ListQuery(QuerySchema):
    cursor = fields.String(load_default=None)


class StatementsQuery(ListQuery):
    kind = fields.Enum(StatementKind, by_value=True, load_default=StatementKind.ACCOUNT)


class BalanceQuery(QuerySchema):
    currency = fields.String(load_default=None)


class HistoryQuery(QuerySchema):
    """``from`` and ``to`` are a free range; ``before`` and ``after`` are the places of a page."""

    currency = fields.String(load_default=None)
    range = fields.String(load_default=Range.ALL_TIME.value, validate=one_of([each.value for each in Range]))
    start = fields.Date(data_key="from", load_default=None)
    end = fields.Date(data_key="to", load_default=None)
    before = fields.Integer(load_default=None)
    after = fields.Integer(load_default=None)


class PayQuery(QuerySchema):
    """``invoice`` pays that one alone; ``card`` "new" is one that is typed now. Parts stand beside, by invoice."""

    currency = fields.String(load_default=None)
    invoice = TypedId("inv", load_default=None)
    card = fields.String(load_default=None)
