"""The pages stand in two places: in a sub-account's own panel, and as a tab of the agency's console."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, url_for

from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.visitor import current_visitor
from agency.tenants.models import SubAccount
from agency.tenants.queries import sub_account

in_panel = panel("panel_usage", __name__)
in_console = console("sub_account_usage", __name__)
TAB = "/sub-accounts/<id(sac):sub_account_id>/usage"
OWN = "/usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose usage it is, where its pages stand, and so what they show."""

    sub_account: SubAccount
    for_agency: bool

    @property
    def frame(self) -> str:
        """The template around the page."""
        return f"subaccounts/usage/frames/{'console' if self.for_agency else 'panel'}.html"

    @property
    def may_write(self) -> bool:
        return current_visitor().may("usage.write")

    def url(self, page: str, **values: Any) -> str:  # noqa: ANN401  # The parts of an address.
        """The address of another of these pages, in the same place."""
        if self.for_agency:
            return url_for(f"{in_console.name}.{page}", sub_account_id=self.sub_account.id, **values)
        return url_for(f"{in_panel.name}.{page}", **values)


def place_at(sub_account_id: UUID | None) -> Place:
    """The place of this request: the console names whose tab it is, the panel is the sub-account's own."""
    if sub_account_id is None:
        return Place(sub_account=g.sub_account, for_agency=False)
    return Place(sub_account=sub_account(sub_account_id), for_agency=True)
