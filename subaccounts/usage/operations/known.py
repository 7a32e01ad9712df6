"""What events name: sub-accounts and meters, looked up for all of them at once."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from agency.tenants.models import SubAccount, SubAccountState
from subaccounts.usage.rules.events import Fault

SUB_ACCOUNTS = "SELECT id, state FROM sub_accounts WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[])"
METERS = """
SELECT code, id, aggregation, unique_by FROM meters
WHERE agency_id = %(agency_id)s AND code = ANY (%(codes)s::text[]) AND archived_at IS NULL
"""


class KnownMeter(NamedTuple):
    id: UUID
    tells_apart: bool
    unique_by: str | None


def known_sub_accounts(said: Iterable[str | None]) -> dict[str | None, UUID | Fault]:
    """Those that exist here, by what names them; a closed one is a fault of its own.

    Nobody's is the sub-account's whose key sends.
    """
    by_id: dict[UUID, str] = {}
    for text in said:
        try:
            by_id[ids.decode(SubAccount.prefix, text or "")] = text or ""
        except ids.MalformedId:
            continue
    rows = execute(SUB_ACCOUNTS, {"agency_id": scope.agency_id(), "ids": uuids(by_id)}, prepared=True)
    closed, own = SubAccountState.CLOSED, scope.sub_account_id()
    known: dict[str | None, UUID | Fault] = {
        by_id[row_id]: Fault.SUB_ACCOUNT_CLOSED if state == closed else row_id for row_id, state in rows
    }
    return known if own is None else known | {None: own}


def known_meters(codes: Iterable[str]) -> dict[str, KnownMeter]:
    usable = [code for code in codes if code.isprintable()]
    rows = execute(METERS, {"agency_id": scope.agency_id(), "codes": texts(usable)}, prepared=True)
    unique = Aggregation.UNIQUE_COUNT
    return {code: KnownMeter(meter_id, kind == unique, unique_by) for code, meter_id, kind, unique_by in rows}
