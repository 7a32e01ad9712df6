"""Payments for programs."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.idempotency.steps import idempotent_in_steps, request_name
from agency.foundation.paging import Page
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.invoices.queries import accounts_by_id, invoice
from subaccounts.payments import queries
from subaccounts.payments.answers import shown, shown_many
from subaccounts.payments.models.payments import Method, Payment, PaymentState
from subaccounts.payments.models.refunds import PaymentReceipt, PaymentRefund
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.receipts import pdf
from subaccounts.payments.operations.recording import OfflineFacts, apply_credit, record_payment
from subaccounts.payments.operations.refunding import RefundWish
from subaccounts.payments.queries import Wanted
from subaccounts.payments.routes.paying import give_money_back, pay_by_card
from subaccounts.payments.schemas import (
    NewAllocations,
    NewPayment,
    NewPaymentRefund,
    PayInvoice,
    PaymentAnswer,
    PaymentQuery,
    PaymentRefundAnswer,
    PaymentRefunds,
    Payments,
    ReceiptQuery,
)
from subaccounts.payments.wishes import managed, pay_wish, refuse_payer, split_said, wish_for_invoice

resources = api("payments", __name__, description="Money that came, and the invoices it was put to.")
ONE = "/payments/<id(pay):payment_id>"
OF_INVOICE = "/invoices/<id(inv):invoice_id>/payments"


class PaymentDeclined(DomainError):
    """The row stays readable under its id."""

    status = 402
    field = "payment_method"
    message = _l("The card was declined (%(reason)s). Nothing was charged and nothing was paid.")

    @property
    def facts(self) -> dict[str, str | None]:
        return {"decline_class": str(self.values["decline_class"]), "payment_id": str(self.values["payment_id"])}


@resources.route("/payments")
class PaymentList(MethodView):
    @resources.arguments(PaymentQuery, location="query")
    @resources.response(200, Payments)
    @permits("payments.read")
    def get(self, query: dict[str, Any]) -> Page[dict[str, Any]]:
        """List payments, newest first."""
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        page = queries.payments(Wanted(**query), cursor=cursor, limit=limit)
        return Page(shown_many(page.rows), page.next_cursor)

    @idempotent_in_steps
    @resources.arguments(NewPayment)
    @resources.response(201, PaymentAnswer)
    @permits("payments.manage")
    def post(self, said: dict[str, Any]) -> dict[str, Any]:
        """Charge a card, waiting up to ten seconds for its bank, or write down money that came another way.

        The answer's state is settled, processing or needs_authentication; a declined card is a 402. A changed
        balance is a 409 that says what is owed now. Offline, more than is owed becomes the payer's credit.
        """
        return _paid(pay_wish(said, request=request_name()), said)


@resources.route(OF_INVOICE)
class PaymentsOfInvoice(MethodView):
    @resources.response(200, Payments)
    @permits("payments.read")
    def get(self, invoice_id: UUID) -> Page[dict[str, Any]]:
        """The payments that were put to one invoice, newest first."""
        page = queries.payments(Wanted(invoice_id=invoice(invoice_id).id), limit=200)
        return Page(shown_many(page.rows), page.next_cursor)

    @idempotent_in_steps
    @resources.arguments(PayInvoice)
    @resources.response(201, PaymentAnswer)
    @permits("payments.manage")
    def post(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Pay one invoice, all of it or an amount."""
        return _paid(wish_for_invoice(invoice_id, said, request=request_name()), said)


@resources.route(ONE)
class OnePayment(MethodView):
    @resources.response(200, PaymentAnswer)
    @permits("payments.read")
    def get(self, payment_id: UUID) -> dict[str, Any]:
        """One payment, whatever became of it."""
        return shown(queries.payment(payment_id))


@resources.route(f"{ONE}/allocations")
class AllocationsOfPayment(MethodView):
    @idempotent
    @resources.arguments(NewAllocations)
    @resources.response(201, PaymentAnswer)
    @permits("payments.manage")
    def post(self, said: dict[str, Any], payment_id: UUID) -> dict[str, Any]:
        """Put what is left of it, the payer's credit, to invoices."""
        found = managed(payment_id)
        splits = split_said(said["allocations"]) if "allocations" in said else None
        wish = _payer_of(found, splits=splits)
        with transaction():
            apply_credit(wish, by=current_actor(), now=clock.now(), of_payments=[found.id])
        return shown(queries.payment(payment_id))


@resources.route(f"{ONE}/refunds")
class RefundsOfPayment(MethodView):
    @resources.response(200, PaymentRefunds)
    @permits("payments.read")
    def get(self, payment_id: UUID) -> dict[str, Any]:
        """What was given back of it, the first one first."""
        return {"data": queries.refunds(queries.payment(payment_id).id)}

    @idempotent_in_steps
    @resources.arguments(NewPaymentRefund)
    @resources.response(201, PaymentRefundAnswer)
    @permits("payments.manage")
    def post(self, said: dict[str, Any], payment_id: UUID) -> PaymentRefund:
        """Give a part back: out of its credit first, then out of its newest invoices, which reopen."""
        managed(payment_id)
        by_hand = Method(said["by_hand"]) if "by_hand" in said else None
        return give_money_back(
            RefundWish(
                payment_id=payment_id,
                reason=said["reason"],
                amount=said.get("amount"),
                by_hand=by_hand,
                reference=said.get("reference"),
                request=request_name(),
            )
        )


@resources.route(f"{ONE}/receipt")
class ReceiptOfPayment(MethodView):
    @resources.arguments(ReceiptQuery, location="query")
    @resources.response(200, content_type="application/pdf")
    @permits("payments.read")
    def get(self, query: dict[str, Any], payment_id: UUID) -> Response:
        """The receipt as PDF/A, with every invoice it touched."""
        found = receipt_of(queries.payment(payment_id), query.get("refund"))
        return pdf_answer(found.public_id, pdf(found))


def receipt_of(found: Payment, refund_id: UUID | None) -> PaymentReceipt:
    """Of the payment, or of one of its refunds. Raises NotFound: nothing has settled yet."""
    for each in queries.receipts(found.id):
        if each.refund_id == refund_id:
            return each
    raise NotFound


def _payer_of(found: Payment, **more: Any) -> PayWish:  # noqa: ANN401  # As the wish has them.
    account = accounts_by_id([found.billing_account_id])[found.billing_account_id]
    return PayWish(account=account, seller=found.seller, customer_id=found.customer_id, **more)


def _paid(wish: PayWish, said: dict[str, Any]) -> dict[str, Any]:
    method = Method(said["method"])
    if method is Method.CARD:
        done = pay_by_card(wish, card_id=said.get("payment_method"))
    else:
        refuse_payer(wish.seller)
        facts = OfflineFacts(method=method, reference=said.get("reference"), received_on=said.get("received_on"))
        with transaction():
            done = record_payment(wish, facts, by=current_actor(), now=clock.now())
    if done.state is PaymentState.DECLINED:
        raise PaymentDeclined(
            reason=done.decline_code or done.decline_class,
            decline_class=done.decline_class,
            payment_id=done.public_id,
        )
    return shown(done)
