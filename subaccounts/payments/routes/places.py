"""Where payments are kept: the agency's console for what it is paid, a panel for what its sub-account is paid."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, request, url_for

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.visitor import current_visitor
from agency.foundation.errors import NotFound
from agency.tenants.queries import sub_account
from subaccounts.customers.queries import customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.payers import payers
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.payments import queries, words
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.queries import Wanted
from wallet.billing_accounts.queries import billing_account, payer_of

in_console = console("payments_desk", __name__)
in_panel = panel("customer_payments", __name__)
DESK = "/payments"
OWN = "/customer-payments"
ONE = "/<id(pay):payment_id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose payments are seen; ``sub_account_id`` None: those that came to the agency."""

    seller: Seller
    sub_account_id: UUID | None
    blueprint: str

    @property
    def for_agency(self) -> bool:
        return self.seller is Seller.AGENCY

    @property
    def today(self) -> date:
        return SellerAtHand(self.sub_account_id).today(clock.now())

    @property
    def may_manage(self) -> bool:
        return current_visitor().may("payments.manage")

    def url(self, page: str, **values: Any) -> str:  # noqa: ANN401  # The parts of an address.
        """The address of another of these pages, in the same place."""
        return url_for(f"{self.blueprint}.{page}", **values)

    def wanted(self, **filters: Any) -> Wanted:  # noqa: ANN401  # As the list's filters have them.
        return Wanted(seller=self.seller, sub_account_id=self.sub_account_id, **filters)

    def payment(self, payment_id: UUID) -> Payment:
        """Raises NotFound: none such here."""
        return queries.payment(payment_id, seller=self.seller, sub_account_id=self.sub_account_id)

    def payer_choice(self, chosen: str = "") -> dict[str, Any]:
        """For the page: whom money may have come from, as the request searches for them."""
        search = request.args.get("search", "")
        return {"search": search, "payers": payers(self.sub_account_id, search=search, chosen=chosen)}

    def wish_of(self, payer: str, **more: Any) -> PayWish:  # noqa: ANN401  # As the wish has them.
        """Of somebody who pays here, by their public id. Raises NotFound: none such."""
        try:
            if self.sub_account_id is None:
                account = billing_account(payer_of(sub_account(ids.decode("sac", payer)).id).id)
                return PayWish(account=account, seller=self.seller, **more)
            found = customer(ids.decode("cus", payer), sub_account_id=self.sub_account_id)
        except ids.MalformedId as error:
            raise NotFound from error
        return PayWish(account=billing_account(found.payer_id), seller=self.seller, customer_id=found.id, **more)

    def payer_id_of(self, found: Payment) -> str:
        """The public id under which ``wish_of`` finds the payer again."""
        if found.customer_id is None:
            return ids.encode("sac", found.sub_account_id)
        return ids.encode("cus", found.customer_id)


def place() -> Place:
    """The place of this request."""
    if request.blueprint == in_panel.name:
        return Place(seller=Seller.SUB_ACCOUNT, sub_account_id=g.sub_account.id, blueprint=in_panel.name)
    return Place(seller=Seller.AGENCY, sub_account_id=None, blueprint=in_console.name)


@in_console.context_processor
@in_panel.context_processor
def vocabulary() -> dict[str, object]:
    return {"words": words}
