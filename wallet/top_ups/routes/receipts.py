"""Receipts for programs."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.api import ListQuery
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from wallet.top_ups import queries
from wallet.top_ups.models import Receipt
from wallet.top_ups.operations.receipts import pdf
from wallet.top_ups.schemas import ReceiptAnswer, Receipts

resources = api("receipts", __name__, description="What was paid into a wallet or returned from it.")
PATH = "/wallets/<id(sac):sub_account_id>/receipts"


@resources.route(PATH)
class ReceiptList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, Receipts)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[Receipt]:
        """List receipts, newest first."""
        sub_account(sub_account_id)
        return queries.receipts(sub_account_id, cursor=query.get("cursor"), limit=query["limit"])


@resources.route(f"{PATH}/<id(rcp):receipt_id>")
class OneReceipt(MethodView):
    @resources.response(200, ReceiptAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, receipt_id: UUID) -> Receipt:
        """One receipt."""
        return queries.receipt(receipt_id, sub_account_id=sub_account_id)


@resources.route(f"{PATH}/<id(rcp):receipt_id>/pdf")
class ReceiptPdf(MethodView):
    @resources.response(200, content_type="application/pdf")
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, receipt_id: UUID) -> Response:
        """The receipt as PDF/A."""
        return as_file(queries.receipt(receipt_id, sub_account_id=sub_account_id))


def as_file(receipt: Receipt) -> Response:
    answer = Response(pdf(receipt), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{receipt.public_id}.pdf"'
    return answer
