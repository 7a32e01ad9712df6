from uuid import UUID

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency, SubAccount
from agency.webhooks.models import Endpoint, LoggedEvent
from agency.webhooks.operations import add_endpoint, announce
from tests.factories.tenants import NOON

DATA = {"amount": {"amount": "25.00", "currency": "USD"}, "café": "año"}


def endpoint(
    of: Agency,
    url: str = "https://hooks.example/in",
    *,
    at: SubAccount | None = None,
    kinds: tuple[str, ...] = (),
    contact: str | None = None,
    app_id: UUID | None = None,
) -> tuple[Endpoint, str]:
    """An endpoint of the agency, or with ``at`` of a sub-account; and its secret."""
    with scope.of_agency(of.id, sub_account_id=at.id if at else None), transaction():
        said = {"url": url, "description": "", "event_kinds": list(kinds), "contact": contact, "app_id": app_id}
        return add_endpoint(**said, by=OPERATOR, now=clock.wall())


def event(
    of: Agency, kind: str = "wallet.recharged", *, about: SubAccount | None = None, **data: object
) -> LoggedEvent:
    """Something that happened in the agency, announced."""
    with scope.of_agency(of.id), transaction():
        return announce(kind, DATA | data, sub_account_id=about.id if about else None, now=NOON)
