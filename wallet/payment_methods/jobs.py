from uuid import UUID

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.queries import merchant_account
from wallet.payment_methods.models import PaymentMethod
from wallet.stripe_gateway.cards import detach_card


@job()
def forget_card(*, card_id: str, token: str) -> None:
    """Have the processor forget a token of a card; safe to ask for twice."""
    with transaction():
        card = session.get_one(PaymentMethod, (scope.agency_id(), UUID(card_id)))
        credentials = keys.credentials(merchant_account(card.merchant_account_id))
    detach_card(credentials, token)
