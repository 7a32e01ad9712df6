from uuid import UUID

from agency.foundation.database.session import transaction
from agency.foundation.encryption import encrypt
from agency.foundation.jobs.registry import job
from wallet.merchant_accounts import keys, queries
from wallet.stripe_gateway import accounts


@job()
def register_webhook(*, merchant_account_id: str) -> None:
    """Ask the processor to report here. The account's id is the call's key: done twice, it registers once."""
    with transaction():
        merchant = queries.merchant_account(UUID(merchant_account_id))
        if keys.webhook_secret(merchant) or not merchant.is_active:
            return
        credentials, address = keys.credentials(merchant), keys.webhook_address(merchant)
    secret = accounts.register_webhook(credentials, address, idempotency_key=f"webhook-{merchant_account_id}")
    with transaction():
        queries.merchant_account(UUID(merchant_account_id)).webhook_secret = encrypt(secret)
