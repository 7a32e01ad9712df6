"""A wallet's pages stand in two places: in its own panel, and as a tab of the agency's console."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, request, url_for
from flask_babel import gettext as _

from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.visitor import current_visitor
from agency.foundation.money import Money
from agency.tenants import queries as tenants
from agency.tenants.models import SubAccount
from wallet.credits.queries import wallet_of
from wallet.credits.standing import WalletKey
from wallet.screens import words

in_panel = panel("wallet", __name__)
in_console = console("sub_account_wallet", __name__)
TAB = "/sub-accounts/<id(sac):sub_account_id>/wallet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose wallet it is, where its pages stand, and so what they show."""

    sub_account: SubAccount
    for_agency: bool

    @property
    def wallet(self) -> WalletKey:
        return wallet_of(self.sub_account)

    @property
    def frame(self) -> str:
        """The template around the page."""
        return f"wallet/screens/frames/{'console' if self.for_agency else 'panel'}.html"

    @property
    def may_manage(self) -> bool:
        return current_visitor().may("wallets.manage")

    def url(self, page: str, **values: Any) -> str:  # noqa: ANN401  # The parts of an address.
        """The address of another page of this wallet, in the same place."""
        if self.for_agency:
            return url_for(f"{in_console.name}.{page}", sub_account_id=self.sub_account.id, **values)
        return url_for(f"{in_panel.name}.{page}", **values)

    def receipt_url(self, receipt: str) -> str:
        """The address of a receipt's document, by its public id."""
        if self.for_agency:
            return url_for("agency_receipts.of_sub_account", sub_account_id=self.sub_account.id, receipt_id=receipt)
        return url_for("funds.receipt", receipt_id=receipt)

    def money(self, micros: int) -> Money:
        """A sum of this wallet's currency."""
        return Money(micros, self.sub_account.currency)

    @property
    def tabs(self) -> list[dict[str, object]]:
        """The wallet's rooms."""
        names = {
            "show": _("Balance"),
            "transactions": _("Transactions"),
            "credit": _("Credit"),
            "reservations": _("Reservations"),
            "recharge": _("Auto-recharge"),
            "receipts": _("Receipts"),
            "caps": _("Spending caps"),
        }
        here = (request.endpoint or "").rpartition(".")[2]
        return [
            {"label": label, "href": self.url(page), "current": page == here or here in BELOW.get(page, ())}
            for page, label in names.items()
        ]


# Pages that are reached from a tab's page, and light it.
BELOW = {
    "transactions": ("transaction",),
    "recharge": ("rule", "simulation"),
    "caps": ("new_cap",),
}


def place_at(sub_account_id: UUID | None) -> Place:
    """The panel's own wallet; with an id, that of the agency's sub-account.

    Raises:
        NotFound: the agency has no such sub-account.
    """
    if sub_account_id is None:
        return Place(sub_account=g.sub_account, for_agency=False)
    return Place(sub_account=tenants.sub_account(sub_account_id), for_agency=True)


@in_panel.context_processor
@in_console.context_processor
def vocabulary() -> dict[str, object]:
    return {"words": words}
