"""Whom a seller may bill, to choose from: a few by name, found among thousands by a search."""

from uuid import UUID

from agency.foundation import ids
from agency.foundation.errors import NotFound
from agency.tenants.queries import sub_account, sub_accounts
from subaccounts.customers.queries import choices, customer

SHOWN = 50


def payers(sub_account_id: UUID | None, *, search: str = "", chosen: str = "") -> list[tuple[str, str]]:
    """Public ids and names: a sub-account's customers, or None: the agency's sub-accounts; with the one chosen."""
    if sub_account_id is None:
        rows = [(row.public_id, row.name) for row in sub_accounts(search=search, limit=SHOWN).rows]
    else:
        rows = [(row.public_id, row.name) for row in choices(sub_account_id, search=search, limit=SHOWN)]
    further = [] if any(chosen == public_id for public_id, _name in rows) else _chosen(sub_account_id, chosen)
    return sorted([*rows, *further], key=lambda each: each[1].casefold())


def _chosen(sub_account_id: UUID | None, public_id: str) -> list[tuple[str, str]]:
    """Nobody, where the id is nobody's here."""
    try:
        if sub_account_id is None:
            return [(public_id, sub_account(ids.decode("sac", public_id)).name)]
        return [(public_id, customer(ids.decode("cus", public_id), sub_account_id=sub_account_id).name)]
    except (ids.MalformedId, NotFound):
        return []
