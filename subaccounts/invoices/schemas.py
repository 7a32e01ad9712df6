"""Invoices as programs send and read them."""

from typing import Any

from marshmallow import fields, validate

from agency.foundation.api import ListQuery
from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId, one_of
from agency.plans.rules.tax import Treatment
from subaccounts.invoices.queries import STATUSES
from subaccounts.invoices.rules.lines import LINES_MAX

ID_EXAMPLE = "01hzy3v7k2e8mb4x9q0n5t6w1r"
CUSTOM_FIELDS_MAX = 20


def about(description: str, example: object = None) -> dict[str, object]:
    """What the API's document says of a field."""
    return {"description": description} | ({"example": example} if example is not None else {})


class PlainDecimal(Text):
    """A decimal string with at most twelve digits before and nine after its point."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(longest=24, **options)
        self.validators.append(validate.Regexp(r"-?[0-9]{1,12}(\.[0-9]{1,9})?$", error="Write a number such as 1.5."))


class TaxFields(StrictSchema):
    name = Text(required=True, longest=60, metadata=about("As documents show it.", "IVA"))
    percent = PlainDecimal(load_default="0", metadata=about("", "16"))
    treatment = fields.String(
        load_default=Treatment.TAXED.value,
        validate=one_of([each.value for each in Treatment]),
        metadata={"example": "taxed"},
    )
    reason = Text(longest=200, load_default=None, allow_none=True, metadata=about("Why nothing is taxed."))


class LineFields(StrictSchema):
    description = Text(longest=500, metadata=about("", "Limpieza dental"))
    quantity = PlainDecimal(metadata=about("", "1"))
    unit = Text(longest=20, allow_none=True, metadata=about("", "h"))
    unit_price = PlainDecimal(metadata=about("In the document's currency.", "850.00"))
    taxes = fields.List(fields.Nested(TaxFields), validate=validate.Length(max=5))
    provider_id = TypedId("prv", allow_none=True)


class NewLine(LineFields):
    description = Text(required=True, longest=500, metadata=about("", "Limpieza dental"))
    unit_price = PlainDecimal(required=True, metadata=about("In the document's currency.", "850.00"))


class DraftFields(StrictSchema):
    period_start = fields.Date(allow_none=True, metadata=about("First day of the billing period.", "2026-03-01"))
    period_end = fields.Date(allow_none=True, metadata=about("The day after its last one.", "2026-04-01"))
    due_on = fields.Date(allow_none=True, metadata=about("Overrides the days to pay.", "2026-04-30"))
    due_days = fields.Integer(validate=validate.Range(0, 366), metadata=about("From the date of issue.", 14))
    purchase_order = Text(longest=80, allow_none=True, metadata=about("", "PO-77"))
    beneficiary = Text(longest=200, allow_none=True, metadata=about("Who was served, where another pays."))
    notes = Text(longest=2000, lines=True, allow_none=True)
    terms = Text(longest=2000, lines=True, allow_none=True)
    custom_fields = fields.Dict(
        keys=Text(longest=60),
        values=Text(longest=200),
        validate=validate.Length(max=CUSTOM_FIELDS_MAX),
        metadata={"example": {"Expediente": "4411"}},
    )


class NewInvoice(DraftFields):
    """With ``customer_id`` the sub-account bills its customer; with ``sub_account_id`` alone the agency bills it."""

    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    currency = Text(longest=3, metadata=about("One the payer has a billing account in.", "MXN"))
    lines = fields.List(fields.Nested(NewLine), load_default=list, validate=validate.Length(max=LINES_MAX))


class InvoiceQuery(ListQuery):
    status = fields.String(validate=one_of([str(status) for status in STATUSES]), metadata={"example": "open"})
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    search = Text(longest=100, metadata=about("Looks into payer and number.", "INV-0004"))
    period_from = fields.Date(metadata=about("The billing period touches this day or a later one.", "2026-03-01"))
    period_to = fields.Date(metadata=about("And this day or an earlier one.", "2026-03-31"))


class InvoiceAnswer(StrictSchema):
    id = fields.String(metadata={"example": f"inv_{ID_EXAMPLE}"})
    status = fields.String(metadata=about("draft, open, closed or void; it has no other.", "open"))
    standing = fields.String(
        metadata=about("What follows from it: draft, unpaid, past_due, partly_paid, paid, credited, written_off, void.")
    )
    seller = fields.String(metadata=about("agency or sub_account.", "sub_account"))
    number = fields.String(allow_none=True, metadata={"example": "INV-00042"})
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus", allow_none=True)
    payer_name = fields.String()
    currency = fields.String(metadata={"example": "MXN"})
    issued_on = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    period_start = fields.Date(allow_none=True)
    period_end = fields.Date(allow_none=True)
    purchase_order = fields.String(allow_none=True)
    beneficiary = fields.String(allow_none=True)
    notes = fields.String(allow_none=True)
    terms = fields.String(allow_none=True)
    custom_fields = fields.Dict(keys=fields.String(), values=fields.String())
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    wallet_paid = MoneyField(metadata=about("What a wallet paid of it before it was opened."))
    paid = MoneyField()
    credited = MoneyField()
    written_off = MoneyField()
    balance = MoneyField()
    void_reason = fields.String(allow_none=True)
    document_hash = fields.String(allow_none=True, metadata=about("SHA-256 of the frozen document."))


class InvoiceLineAnswer(StrictSchema):
    id = TypedId("lin")
    description = fields.String()
    quantity = fields.String(metadata={"example": "1"})
    unit = fields.String(allow_none=True)
    unit_price = fields.String(metadata={"example": "850"})
    amount = MoneyField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    taxes = fields.List(fields.Nested(TaxFields))
    provider_id = TypedId("prv", allow_none=True)
    paid_from_wallet = fields.Boolean()


class InvoiceWithLines(InvoiceAnswer):
    lines = fields.List(fields.Nested(InvoiceLineAnswer))


class Invoices(StrictSchema):
    data = fields.List(fields.Nested(InvoiceAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class StatusChange(StrictSchema):
    """*open* a draft, or *void* an open invoice."""

    status = fields.String(
        required=True, validate=one_of(["open", "void", "closed", "draft"]), metadata={"example": "open"}
    )
    notify = fields.Boolean(load_default=False, metadata=about("Whether the payer is sent a letter.", False))
    reason = Text(longest=500, load_default="", metadata=about("Needed to void.", "Billed twice"))
    bill_again = fields.Boolean(load_default=True, metadata=about("Of a voided one: its generated lines.", True))


class Discarding(StrictSchema):
    bill_again = fields.Boolean(load_default=True, metadata=about("Generated lines, in the next run.", True))
    reason = Text(longest=500, load_default=None, allow_none=True, metadata=about("Needed when never."))


class WritingOff(StrictSchema):
    reason = Text(required=True, longest=500, metadata=about("", "Insolvent"))
    amount = MoneyField(positive=True, metadata=about("Without one all that is left."))


class PayerCorrection(StrictSchema):
    name = Text(longest=200)
    lines = fields.List(Text(longest=200), validate=validate.Length(max=6), metadata=about("Street and town."))
    tax_ids = fields.List(Text(longest=40), validate=validate.Length(max=5))


class CreditLine(StrictSchema):
    line_id = TypedId("lin", required=True)
    amount = MoneyField(required=True, metadata=about("What is taken back of it, tax included."))


class NewCreditNote(StrictSchema):
    reason = Text(required=True, longest=500, metadata=about("", "Service not given"))
    lines = fields.List(
        fields.Nested(CreditLine), validate=validate.Length(1, LINES_MAX), metadata=about("Without them all of it.")
    )
    refund = MoneyField(metadata=about("How much of what was paid is given back; the rest stays as credit."))
    notify = fields.Boolean(load_default=False, metadata=about("Whether the payer is sent a letter.", False))


class CreditNoteLineAnswer(StrictSchema):
    invoice_line_id = TypedId("lin", allow_none=True)
    description = fields.String()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()


class CreditNoteAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": f"crn_{ID_EXAMPLE}"})
    number = fields.String(attribute="number_text", metadata={"example": "CN-00007"})
    invoice_id = TypedId("inv", allow_none=True, metadata=about("None where no invoice had billed what it gives."))
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus", allow_none=True)
    payer_name = fields.String()
    issued_on = fields.Date()
    reason = fields.String()
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    applied = MoneyField(metadata=about("What it took off the invoice's balance."))
    credit = MoneyField(metadata=about("What stays as the payer's credit."))
    refund = MoneyField(metadata=about("What is to be given back."))


class CreditNoteWithLines(CreditNoteAnswer):
    lines = fields.List(fields.Nested(CreditNoteLineAnswer))


class CreditNoteQuery(ListQuery):
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    invoice_id = TypedId("inv")


class CreditNotes(StrictSchema):
    data = fields.List(fields.Nested(CreditNoteAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class ExplainedStep(StrictSchema):
    what = fields.String(metadata={"example": "Limpieza dental"})
    how = fields.String(metadata={"example": "1 x 850 MXN = 850.00 MXN; IVA 16 %: 136.00 MXN"})
    amount = MoneyField()


class InvoiceExplained(StrictSchema):
    """How the balance came about, line by line, then what was settled."""

    steps = fields.List(fields.Nested(ExplainedStep))
    balance = MoneyField()
