"""One invoice for whoever has its secret address: that invoice alone, until the address expires."""

from flask import render_template
from flask.typing import ResponseReturnValue

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.i18n import locale
from agency.foundation.tenant_roots.queries import sandbox_time
from agency.foundation.tokens import Token
from agency.staff.routes.entering import enter_agency, settle_visitor
from agency.tenants.branding import tenant_shown
from subaccounts.invoices import queries, words
from subaccounts.invoices.answers import standing
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.documents import pdf_answer, pdf_of
from subaccounts.invoices.operations.linking import linked_invoice
from subaccounts.invoices.presenting import presented
from subaccounts.invoices.sellers import SellerAtHand, seller_id

pages = outside("hosted_invoice", __name__)
pages.before_request(settle_visitor)
GONE = 410


@pages.get("/invoice/<text>")
@public("Its secret address shows this one invoice.")
def show(text: str) -> ResponseReturnValue:
    token = _entered(text)
    with transaction():
        found = _shown(token)
        if found is None:
            return _over()
        seller = SellerAtHand(seller_id(found.seller, found.sub_account_id))
        return render_template(
            "subaccounts/invoices/hosted.html",
            tenant=tenant_shown() | {"name": seller.who.name},
            invoice=found,
            document=presented(found.document, language=locale().language, correction=found.payer_correction),
            standing=standing(found, today=seller.today(clock.now())),
            text=text,
            words=words,
        )


@pages.get("/invoice/<text>/pdf")
@public("Its secret address shows this one invoice.")
def pdf(text: str) -> ResponseReturnValue:
    token = _entered(text)
    with transaction():
        found = _shown(token)
        if found is None:
            return _over()
        return pdf_answer(found.number_text, pdf_of(found, now=clock.now()))


def _entered(text: str) -> Token:
    """Into the scope of the agency that the address names. Raises NotFound: it names none."""
    token = Token.read(text)
    if token is None:
        raise NotFound
    enter_agency(token.agency_id)
    return token


def _shown(token: Token) -> Invoice | None:
    """The invoice; None when its address is over, or never was one."""
    clock.set_sandbox_time(sandbox_time())
    invoice_id = linked_invoice(token, now=clock.now())
    return None if invoice_id is None else queries.invoice(invoice_id)


def _over() -> ResponseReturnValue:
    return render_template("subaccounts/invoices/link_over.html"), GONE
