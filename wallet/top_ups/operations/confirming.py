"""What a browser needs to let a cardholder confirm a payment with their bank."""

from dataclasses import dataclass, field

from agency.foundation.database.session import session, transaction
from wallet.charges.models import Charge, ChargeAttempt
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.queries import merchant_account
from wallet.stripe_gateway.charging import client_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """``script_url`` is the processor's own script; the secret is asked for each time and never stored."""

    client_secret: str = field(repr=False)
    payment_method: str
    publishable_key: str
    stripe_account: str | None
    script_url: str


def challenge(attempt: ChargeAttempt) -> Challenge | None:
    """Of an attempt that awaits its cardholder; called outside transactions, as it asks the processor.

    Raises:
        ProcessorUnreachable: no answer; show the page again.
    """
    with transaction():
        charge = session.get_one(Charge, (attempt.agency_id, attempt.charge_id))
        merchant = merchant_account(charge.merchant_account_id)
        credentials = keys.credentials(merchant)
    if attempt.stripe_intent is None:
        return None
    return Challenge(
        client_secret=client_secret(credentials, attempt.stripe_intent),
        payment_method=attempt.stripe_card or "",
        publishable_key=keys.publishable_key(merchant),
        stripe_account=credentials.account,
        script_url=keys.settings().stripe_js_url,
    )
