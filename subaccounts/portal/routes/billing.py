"""*Billing & payments*: what a customer owes, and the documents behind it."""

from uuid import UUID

from flask import Response, g, render_template
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.forms import load_filters
from agency.foundation.i18n import locale
from subaccounts.invoices import words
from subaccounts.invoices.answers import standing
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.documents import pdf_answer, pdf_of
from subaccounts.invoices.presenting import presented
from subaccounts.payments import words as payment_words
from subaccounts.portal.admission import BILLING, as_application
from subaccounts.portal.reading import balances, documents
from subaccounts.portal.schemas import BalanceQuery, ListQuery
from subaccounts.statements.queries import newest_statements
from subaccounts.statements.words import TITLES

SHOWN = 6  # As many as a person takes in at once; the rest is behind *View all*.

billing = profile("portal_billing", __name__)


@billing.context_processor
def shared() -> dict[str, object]:
    return {"words": words, "standing_of": _standing}


def _standing(invoice: Invoice) -> str:
    return standing(invoice, today=g.shown.today)


@billing.get("/billing")
@permits(BILLING)
def overview() -> str:
    return render_template(
        "subaccounts/portal/billing.html",
        balances=balances.balances(g.profile_id, home=g.shown.currency),
        count=documents.count_invoices(g.profile_id),
        page=documents.invoices(g.profile_id, limit=SHOWN),
        statements=newest_statements(g.profile_id, limit=SHOWN),
        statement_titles=TITLES,
    )


@billing.get("/balance")
@permits(BILLING)
def balance() -> str:
    """What the total of a currency consists of."""
    found = balances.balances(g.profile_id, home=g.shown.currency)
    currency = load_filters(BalanceQuery()).get("currency") or g.shown.currency
    return render_template(
        "subaccounts/portal/balance.html",
        balance=next((each for each in found if each.currency == currency), found[0]),
        invoices=balances.open_invoices(g.profile_id, currency),
        kept=balances.credits_kept(g.profile_id, currency),
        methods=payment_words.METHODS,
    )


@billing.get("/invoices")
@permits(BILLING)
def invoices() -> str:
    page = documents.invoices(g.profile_id, **load_filters(ListQuery()))
    return render_template("subaccounts/portal/invoices.html", page=page, count=documents.count_invoices(g.profile_id))


@billing.get("/invoices/<id(inv):invoice_id>")
@permits(BILLING)
def invoice(invoice_id: UUID) -> str:
    found = documents.invoice(invoice_id, g.profile_id)
    return render_template(
        "subaccounts/portal/invoice.html",
        invoice=found,
        document=presented(found.document, language=locale().language, correction=found.payer_correction),
        standing=_standing(found),
    )


@billing.get("/invoices/<id(inv):invoice_id>/pdf")
@permits(BILLING)
def pdf(invoice_id: UUID) -> Response:
    """The document as it was frozen. It is checked as the portal's role, then stored as the application."""
    found = documents.invoice(invoice_id, g.profile_id)
    with as_application(), transaction():
        content = pdf_of(found, now=clock.now())
    return pdf_answer(_("Invoice %(number)s", number=found.number_text), content)
