"""The letter of the billing run: a renewal waits for its cardholder."""

from datetime import datetime

from agency.foundation.tokens import Token
from agency.notices.operations import notify
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from agency.tenants.queries import sub_account
from subaccounts.billing_run.models import AmountDue
from wallet.billing_accounts.receiving import receiver_of


def mail_confirmation(due: AmountDue, token: Token, *, now: datetime) -> None:
    client = sub_account(due.sub_account_id)
    notify(
        Notice.FAILED_CHARGES,
        "renewal_confirmation",
        client.id,
        billing=receiver_of(client),
        now=now,
        name=client.name,
        amount=due.asked,
        confirm_url=full_address("renewal_confirmation.page", text=str(token)),
    )
