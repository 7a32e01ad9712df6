from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from wallet.merchant_accounts.models import MerchantAccount


def merchant_account(merchant_account_id: UUID) -> MerchantAccount:
    """One of the agency's.

    Raises:
        NotFound: no such, another agency's, or outside the narrowed scope.
    """
    found = session.get(MerchantAccount, (scope.agency_id(), merchant_account_id))
    if found is None:
        raise NotFound
    return found


def active(sub_account_id: UUID | None = None) -> MerchantAccount | None:
    """The account that receives now: the agency's, or that of a sub-account as seller."""
    return session.scalar(
        select(MerchantAccount).where(
            MerchantAccount.sub_account_id.is_not_distinct_from(sub_account_id),
            MerchantAccount.retired_at.is_(None),
        )
    )


def retired(sub_account_id: UUID | None = None) -> list[MerchantAccount]:
    """Those of before, newest first."""
    return list(
        session.scalars(
            select(MerchantAccount)
            .where(
                MerchantAccount.sub_account_id.is_not_distinct_from(sub_account_id),
                MerchantAccount.retired_at.is_not(None),
            )
            .order_by(MerchantAccount.id.desc())
        )
    )
