from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from wallet.merchant_accounts.models import MerchantAccount
from wallet.stripe_webhooks.models import InboxState, ProcessorEvent

KNOWN_MAX = 16_384


@lru_cache(maxsize=KNOWN_MAX)
def agency_of(merchant_account_id: UUID) -> UUID:
    """Whose address the processor wrote to, before any tenant is known. It stays the same for good.

    Raises:
        NotFound: nobody's.
    """
    with scope.all_tenants(), transaction():
        found = session.scalar(select(MerchantAccount.agency_id).where(MerchantAccount.id == merchant_account_id))
    if found is None:
        raise NotFound
    return found


def processor_event(event_id: UUID) -> ProcessorEvent:
    """One of the agency's.

    Raises:
        NotFound: no such, or another agency's.
    """
    found = session.get(ProcessorEvent, (scope.agency_id(), event_id))
    if found is None:
        raise NotFound
    return found


def inbox(*, state: InboxState | None = None, cursor: str | None = None, limit: int = 25) -> Page[ProcessorEvent]:
    """What came, newest first."""
    query = select(ProcessorEvent)
    if state is not None:
        query = query.where(ProcessorEvent.state == state)
    return paged(query, ProcessorEvent.id, cursor=cursor, limit=limit)
