"""The letter to whoever paid for an account that is closed."""

from datetime import datetime

from agency.foundation.mail.operations import post
from agency.tenants.models import SubAccount
from agency.tenants.queries import agency
from wallet.billing_accounts.receiving import receiver_of
from wallet.credits.events import WalletClosedOut


def mail_closed(client: SubAccount, emptied: WalletClosedOut, *, now: datetime) -> None:
    """What is returned, what moved on, what is lost and what is left to pay."""
    receiver = receiver_of(client)
    if receiver is not None:
        post(
            "account_closed",
            to=receiver.email,
            language=receiver.language,
            sender_name=agency().name,
            now=now,
            sub_account_id=client.id,
            name=client.name,
            emptied=emptied,
        )
