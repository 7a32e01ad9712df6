from agency.notices.queries import Receiver
from agency.tenants.models import SubAccount
from agency.tenants.queries import agency
from wallet.billing_accounts.queries import billing_account, payer_of


def receiver_of(client: SubAccount) -> Receiver | None:
    """Who reads letters about money: the billing address, else the sub-account's, else its agency's."""
    account = billing_account(payer_of(client.id).id)
    to = account.email or client.email or agency().support_email
    return Receiver(to, account.locale) if to else None
