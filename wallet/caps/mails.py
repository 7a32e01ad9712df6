"""The letter about a product that has reached its cap."""

from datetime import datetime

from agency.foundation.money import Money
from agency.notices.operations import notify
from agency.notices.rules import Notice
from agency.plans.models.products import Product
from agency.plans.queries import one
from agency.staff.mails import full_address
from agency.tenants.queries import sub_account
from wallet.billing_accounts.receiving import receiver_of
from wallet.credits.models.limits import CapKind, CapPeriod, SpendingCap


def mail_crossed(cap: SpendingCap, spent: Money, *, now: datetime) -> None:
    client = sub_account(cap.sub_account_id)
    notify(
        Notice.SPENDING_CAPS,
        "cap_crossed",
        client.id,
        billing=receiver_of(client),
        now=now,
        name=client.name,
        product=one(Product, cap.product_id).name,
        spent=spent,
        limit=cap.limit,
        is_daily=cap.period is CapPeriod.DAY,
        stops=cap.kind is CapKind.HARD,
        url=full_address("wallet.caps", sub_account_id=client.public_id),
    )
