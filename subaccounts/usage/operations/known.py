"""What events name: sub-accounts and meters, looked up for all of them at once."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Cursor

from agency.foundation import ids
from agency.foundation.database.bulk import execute, texts, together, uuids
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from agency.tenants.models import SubAccount, SubAccountState
from subaccounts.usage.rules.events import Fault

SUB_ACCOUNTS = "SELECT id, state FROM sub_accounts WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[])"
OPEN = """
SELECT count(*) FROM sub_accounts
WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[]) AND state <> 'closed'
"""
METERS = """
SELECT code, id, aggregation, unique_by FROM meters
WHERE agency_id = %(agency_id)s AND code = ANY (%(codes)s::text[]) AND archived_at IS NULL
"""


Names = dict[str | None, str]


class KnownMeter(NamedTuple):
    id: UUID
    tells_apart: bool
    unique_by: str | None


def known_sub_accounts(said: Iterable[str | None]) -> dict[str | None, UUID | Fault]:
    """Those that exist here, by what names them; a closed one is a fault of its own.

    Nobody's is the sub-account's whose key sends.
    """
    by_id = {owner: text for text in said if (owner := _named(text)) is not None}
    rows = execute(SUB_ACCOUNTS, {"agency_id": scope.agency_id(), "ids": uuids(by_id)}, prepared=True)
    closed, own = SubAccountState.CLOSED, scope.sub_account_id()
    known: dict[str | None, UUID | Fault] = {
        by_id[row_id]: Fault.SUB_ACCOUNT_CLOSED if state == closed else row_id for row_id, state in rows
    }
    return known if own is None else known | {None: own}


def known_meters(codes: Iterable[str]) -> dict[str, KnownMeter]:
    return _meters(_ask_meters(codes))


def known_names(said: Collection[str | None], codes: Collection[str]) -> tuple[Names, Names] | None:
    """Ids of sub-accounts and of meters, as the database writes them, by what names them.

    None where one is unknown or closed, or a meter counts unique keys.
    """
    own = scope.sub_account_id()
    owners = {text: own if text is None else _named(text) for text in said}
    if None in owners.values():
        return None
    with together():
        asked = {"agency_id": scope.agency_id(), "ids": uuids(set(owners.values()))}
        opened, found = execute(OPEN, asked, prepared=True), _ask_meters(codes)
    meters = _meters(found)
    if opened.fetchone() != (len(set(owners.values())),) or meters.keys() != set(codes):
        return None
    if any(meter.tells_apart for meter in meters.values()):
        return None
    return {text: str(owner) for text, owner in owners.items()}, {code: str(meters[code].id) for code in codes}


def _named(text: str | None) -> UUID | None:
    try:
        return ids.decode(SubAccount.prefix, text or "")
    except ids.MalformedId:
        return None


def _ask_meters(codes: Iterable[str]) -> Cursor[Any]:
    usable = [code for code in codes if code.isprintable()]
    return execute(METERS, {"agency_id": scope.agency_id(), "codes": texts(usable)}, prepared=True)


def _meters(rows: Iterable[tuple[Any, ...]]) -> dict[str, KnownMeter]:
    unique = Aggregation.UNIQUE_COUNT
    return {code: KnownMeter(meter_id, kind == unique, unique_by) for code, meter_id, kind, unique_by in rows}
