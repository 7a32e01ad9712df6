"""What clients used of a resold service in the month before."""

from datetime import timedelta
from decimal import Decimal

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.usage.models.rating import UsageTotal
from tests.factories.tenants import NOON


def used(agency, client, price, quantity, *, now=NOON):
    with scope.of_agency(agency.id), transaction():
        total = UsageTotal(
            sub_account_id=client.id,
            meter_id=price.meter_id,
            price_id=price.id,
            period_start=(now.replace(day=1) - timedelta(days=1)).replace(day=1),
            period_end=now.replace(day=1),
            currency="USD",
            is_prepaid=True,
            included=Decimal(1000),
            quantity=Decimal(quantity),
        )
        session.add(total)
