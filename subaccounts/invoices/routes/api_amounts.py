"""A document's total in other currencies, for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from marshmallow import fields

from agency.exchange_rates.queries import converted, converted_to
from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.schemas import MoneyField, StrictSchema, known
from subaccounts.invoices import queries
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.schemas import about
from subaccounts.invoices.sellers import SellerAtHand, seller_id

resources = api("invoice-amounts", __name__, description="What documents come to in other currencies, to inform.")


class CurrencyQuery(StrictSchema):
    currency = fields.String(validate=known(i18n.IN_USE), metadata=about("This one alone.", "MXN"))


class OtherAmount(StrictSchema):
    """One unit of ``base`` is ``rate`` of ``quote``."""

    amount = MoneyField()
    rate = fields.Function(lambda each: f"{each.rate:f}", metadata={"example": "17.25"})
    base = fields.String(metadata={"example": "USD"})
    quote = fields.String(metadata={"example": "MXN"})
    day = fields.Date(metadata={"example": "2026-03-02"})
    source = fields.String(metadata={"example": "Banco de Mexico"})


class OtherAmounts(StrictSchema):
    total = MoneyField(metadata=about("The legal amount."))
    data = fields.List(fields.Nested(OtherAmount))


@resources.route("/invoices/<id(inv):invoice_id>/amounts")
class InvoiceAmounts(MethodView):
    @resources.arguments(CurrencyQuery, location="query")
    @resources.response(200, OtherAmounts)
    @permits("invoices.read")
    def get(self, query: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """The total in other currencies, to inform: the legal amount is the document's own."""
        found = queries.document(invoice_id)
        seller = SellerAtHand(seller_id(found.seller, found.sub_account_id))
        day = found.issued_on if isinstance(found, Invoice) else seller.today(clock.now())
        wanted = query.get("currency")
        others = [converted_to(found.total, wanted, on=day)] if wanted else converted(found.total, on=day)
        return {"total": found.total, "data": others}
