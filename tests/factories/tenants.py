from datetime import UTC, datetime

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency, SubAccount
from agency.tenants.operations.agencies import AgencyWish, open_agency
from agency.tenants.operations.sub_accounts import SubAccountWish, open_sub_account

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def agency(*, name: str = "Lumen Studio", now: datetime = NOON, **wish: object) -> Agency:
    """A live agency in Austin that bills in dollars; ``is_sandbox=True`` gives it a clock, standing at ``now``."""
    values = {"country": "US", "currency": "USD", "time_zone": "America/Chicago", "locale": "en"} | wish
    with scope.of_agency(ids.new_id()), transaction():
        return open_agency(AgencyWish(name=name, **values), by=OPERATOR, now=now)


def sub_account(of: Agency, *, name: str = "Dental Norte", now: datetime = NOON, **wish: object) -> SubAccount:
    values = {"country": "US", "currency": "USD", "time_zone": "America/Chicago", "locale": "en"} | wish
    with scope.of_agency(of.id), transaction():
        return open_sub_account(SubAccountWish(name=name, **values), by=OPERATOR, now=now)
