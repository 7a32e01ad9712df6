"""Bills of one client for one day that are collected alike become one document."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.local_days import local_day
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.models.subscriptions import Collection

# Whose it is, in which currency, how and until when it is to be paid, and the payer's own day on which it was billed.
Key = tuple[UUID, str, Collection, int, date]


def combine(bills: Sequence[Bill]) -> None:
    """Give those that belong together the id of the first; a period that was missed keeps a document of its own."""
    clients: dict[UUID, list[Bill]] = {}
    for bill in bills:
        clients.setdefault(bill.sub_account_id, []).append(bill)
    several = [client for client, theirs in clients.items() if len(theirs) > 1]
    zones = _zones(several)
    first: dict[Key, UUID] = {}
    for client in several:
        for bill in clients[client]:
            bill.id = first.setdefault(_key(bill, zones[client]), bill.id)


def documents(bills: Iterable[Bill]) -> list[list[Bill]]:
    """Those of one id together."""
    found: dict[UUID, list[Bill]] = {}
    for bill in bills:
        found.setdefault(bill.id, []).append(bill)
    return list(found.values())


def _key(bill: Bill, zone: ZoneInfo) -> Key:
    debtor = bill.debtor
    days = debtor.due_days if debtor.collection is Collection.INVOICE else 0
    return debtor.sub_account_id, bill.currency, debtor.collection, days, local_day(bill.at, zone)


def _zones(sub_account_ids: Sequence[UUID]) -> dict[UUID, ZoneInfo]:
    if not sub_account_ids:
        return {}
    rows = session.execute(select(SubAccount.id, SubAccount.time_zone).where(SubAccount.id.in_(sub_account_ids)))
    return {client: ZoneInfo(time_zone) for client, time_zone in rows}
