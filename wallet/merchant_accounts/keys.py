"""How to speak for a merchant account: its own secrets, or the platform's."""

from flask import current_app

from agency.foundation.config import Settings
from agency.foundation.encryption import decrypt
from wallet.merchant_accounts.models import MerchantAccount
from wallet.stripe_gateway.orders import Credentials


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def credentials(merchant: MerchantAccount) -> Credentials:
    """For the gateway. A connected account is spoken for with the platform's key."""
    secret = decrypt(merchant.secret_key) if merchant.secret_key else settings().stripe_secret_key or ""
    return credentials_of_key(secret, account=None if merchant.secret_key else merchant.stripe_account)


def credentials_of_key(secret_key: str, *, account: str | None = None) -> Credentials:
    return Credentials(secret_key=secret_key, account=account, api_base=settings().stripe_api_base)


def publishable_key(merchant: MerchantAccount) -> str:
    """For the card form in the browser; no secret."""
    return merchant.publishable_key or settings().stripe_publishable_key or ""


def webhook_secret(merchant: MerchantAccount) -> str | None:
    """What the processor signs its webhooks to this account with; None until it is known."""
    return decrypt(merchant.webhook_secret) if merchant.webhook_secret else settings().stripe_webhook_secret


def webhook_address(merchant: MerchantAccount) -> str:
    return f"{settings().base_url}/webhooks/stripe/{merchant.public_id}"
