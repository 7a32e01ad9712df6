"""The letter of the billing run: a renewal waits for its cardholder."""

from datetime import datetime

from agency.foundation.tokens import Token
from agency.notices.operations import notify
from agency.notices.queries import Receiver
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from agency.tenants.queries import agency, sub_account
from subaccounts.billing_run.models import AmountDue
from wallet.billing_accounts.queries import billing_account, payer_of


def mail_confirmation(due: AmountDue, token: Token, *, now: datetime) -> None:
    """To the billing address, else the sub-account's, else its agency's, and to those of the team who want it."""
    client = sub_account(due.sub_account_id)
    account = billing_account(payer_of(client.id).id)
    to = account.email or client.email or agency().support_email
    notify(
        Notice.FAILED_CHARGES,
        "renewal_confirmation",
        client.id,
        billing=Receiver(to, account.locale) if to else None,
        now=now,
        name=client.name,
        amount=due.asked,
        confirm_url=full_address("renewal_confirmation.page", text=str(token)),
    )
