from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from wallet.billing_accounts.models import BillingAccount, Payer, PayerKind
from wallet.billing_accounts.rules import missing_address


def payer_of(sub_account_id: UUID) -> Payer:
    """The sub-account as one that pays its agency.

    Raises:
        NotFound: no such, another agency's, or outside the narrowed scope.
    """
    found = session.scalar(
        select(Payer).where(Payer.sub_account_id == sub_account_id, Payer.kind == PayerKind.SUB_ACCOUNT)
    )
    if found is None:
        raise NotFound
    return found


def billing_account(payer_id: UUID, currency: str | None = None) -> BillingAccount:
    """A payer's account in a currency; without one, that of their first.

    Raises:
        NotFound: none there.
    """
    query = select(BillingAccount).where(BillingAccount.payer_id == payer_id)
    if currency is not None:
        query = query.where(BillingAccount.currency == currency)
    found = session.scalars(query.order_by(BillingAccount.id).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def is_complete(account: BillingAccount) -> bool:
    """Whether a document could be made out to it: what its country demands is there."""
    return not missing_address(vars(account), account.country)
