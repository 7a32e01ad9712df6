"""Staff look at a draft as its customer will see it: marked as a preview, and never counted as viewed."""

from uuid import UUID

from flask import g, render_template
from flask_babel import force_locale

from agency.foundation import clock
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.errors import NotFound
from subaccounts.invoices import words
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.presenting import presented
from subaccounts.invoices.queries import document, said
from subaccounts.portal import queries
from subaccounts.portal.calendar import today_at

preview = panel("portal_preview", __name__)


@preview.get("/customer-invoices/<id(inv):invoice_id>/as-customer")
@permits("invoices.read")
def show(invoice_id: UUID) -> str:
    found = document(invoice_id, seller=Seller.SUB_ACCOUNT, sub_account_id=g.sub_account.id)
    if not isinstance(found, InvoiceDraft):
        raise NotFound
    portal = queries.portal_of(g.sub_account.id)
    today = today_at(g.sub_account, clock.now())
    standing = "past_due" if found.due_on is not None and found.due_on < today else "unpaid"
    paper = presented(said(found)) | {"is_draft": False}
    with force_locale(paper["language"]):
        sheet = render_template(
            "subaccounts/portal/preview_sheet.html", draft=found, document=paper, standing=standing, words=words
        )
    return render_template(
        "subaccounts/portal/preview.html",
        draft=found,
        portal_name=portal.name or g.sub_account.name,
        sheet=sheet,
    )
