"""Where invoices are kept: the agency's console for what it bills, a panel for what its sub-account bills.

A third place shows a sub-account what its agency billed it: opened documents alone, and nothing to press.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, request, url_for
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.visitor import current_visitor
from agency.tenants.queries import sub_account
from subaccounts.invoices import queries, words
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.queries import Document, Wanted
from subaccounts.invoices.sellers import SellerAtHand

in_console = console("invoices_desk", __name__)
in_panel = panel("customer_invoices", __name__)
as_payer = panel("billed_invoices", __name__)
in_tab = console("sub_account_invoices", __name__)
DESK = "/invoices"
OWN = "/customer-invoices"
BILLED = "/invoices"
TAB = "/sub-accounts/<id(sac):sub_account_id>/invoices"
ONE = "/<id(inv):invoice_id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose documents are seen, by whom. ``sub_account_id`` None: those of all."""

    seller: Seller
    sub_account_id: UUID | None
    blueprint: str
    is_payer: bool = False

    @property
    def for_agency(self) -> bool:
        return self.blueprint in {in_console.name, in_tab.name}

    @property
    def seller_at_hand(self) -> SellerAtHand:
        return SellerAtHand(None if self.seller is Seller.AGENCY else self.sub_account_id)

    @property
    def today(self) -> date:
        return self.seller_at_hand.today(clock.now())

    @property
    def may_manage(self) -> bool:
        return not self.is_payer and current_visitor().may("invoices.manage")

    def url(self, page: str, **values: Any) -> str:  # noqa: ANN401  # The parts of an address.
        """The address of another of these pages, in the same place."""
        name = in_console.name if self.for_agency else self.blueprint
        return url_for(f"{name}.{page}", **values)

    def list_url(self, **values: Any) -> str:  # noqa: ANN401  # The same.
        if self.blueprint == in_tab.name:
            return url_for(f"{in_tab.name}.index", sub_account_id=self.sub_account_id, **values)
        return self.url("index", **values)

    def wanted(self, **filters: Any) -> Wanted:  # noqa: ANN401  # As the list's filters have them.
        return Wanted(seller=self.seller, sub_account_id=self.sub_account_id, today=self.today, **filters)

    def document(self, document_id: UUID) -> Document:
        """Raises NotFound: none such here; to a payer a draft is none."""
        read = queries.invoice if self.is_payer else queries.document
        return read(document_id, seller=self.seller, sub_account_id=self.sub_account_id)

    def invoice(self, invoice_id: UUID) -> Invoice:
        """Raises NotFound: none such here, or a draft."""
        return queries.invoice(invoice_id, seller=self.seller, sub_account_id=self.sub_account_id)

    def note(self, note_id: UUID) -> CreditNote:
        """Raises NotFound: none such here."""
        return queries.credit_note(note_id, seller=self.seller, sub_account_id=self.sub_account_id)

    @property
    def tabs(self) -> list[dict[str, object]]:
        """The rooms of whoever bills."""
        pages = {"index": _("Invoices"), "notes": _("Credit notes"), "terms": _("Settings")}
        if self.for_agency:
            pages["rates"] = _("Exchange rates")
        here = (request.endpoint or "").rpartition(".")[2]
        return [{"label": label, "href": self.url(page), "current": page == here} for page, label in pages.items()]


def place() -> Place:
    """The place of this request."""
    name = str(request.blueprint)
    if name == in_panel.name:
        return Place(seller=Seller.SUB_ACCOUNT, sub_account_id=g.sub_account.id, blueprint=name)
    if name == as_payer.name:
        return Place(seller=Seller.AGENCY, sub_account_id=g.sub_account.id, blueprint=name, is_payer=True)
    return Place(seller=Seller.AGENCY, sub_account_id=None, blueprint=in_console.name)


def place_of_tab(sub_account_id: UUID) -> Place:
    """What the agency bills one sub-account. Raises NotFound: none such."""
    found = sub_account(sub_account_id)
    return Place(seller=Seller.AGENCY, sub_account_id=found.id, blueprint=in_tab.name)


@in_console.context_processor
@in_panel.context_processor
@as_payer.context_processor
@in_tab.context_processor
def vocabulary() -> dict[str, object]:
    return {"words": words}
