from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import func, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import EXPORT_BATCH, Page, every_row, paged
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency, KeptLogo, SubAccount, SubAccountState, Suspension


def agency() -> Agency:
    """The agency in scope."""
    return session.get_one(Agency, scope.agency_id())


def logo(digest: str) -> bytes | None:
    """A picture that the agency in scope, or one of its sub-accounts, has or had."""
    return session.scalar(select(KeptLogo.png).where(KeptLogo.digest == digest))


def sub_account(sub_account_id: UUID) -> SubAccount:
    """One of the agency's sub-accounts.

    Raises:
        NotFound: no such, another agency's, or outside the narrowed scope.
    """
    found = session.get(SubAccount, (scope.agency_id(), sub_account_id))
    if found is None:
        raise NotFound
    return found


def sub_accounts(
    *, search: str = "", state: SubAccountState | None = None, cursor: str | None = None, limit: int = 25
) -> Page[SubAccount]:
    """The agency's sub-accounts, newest first; ``search`` looks into name, e-mail and reference."""
    query = select(SubAccount)
    if search:
        query = query.where(
            or_(
                SubAccount.name.icontains(search, autoescape=True),
                SubAccount.email.icontains(search, autoescape=True),
                SubAccount.reference.icontains(search, autoescape=True),
            )
        )
    if state is not None:
        query = query.where(SubAccount.state == state)
    return paged(query, SubAccount.id, cursor=cursor, limit=limit)


def every_sub_account(*, search: str = "", state: SubAccountState | None = None) -> Iterator[SubAccount]:
    return every_row(lambda cursor: sub_accounts(search=search, state=state, cursor=cursor, limit=EXPORT_BATCH))


def count_by_state() -> dict[SubAccountState, int]:
    """How many there are of each; a state that no sub-account has is not named."""
    counted = session.execute(select(SubAccount.state, func.count()).group_by(SubAccount.state)).all()
    return {SubAccountState(state): number for state, number in counted}


def suspensions(sub_account: SubAccount) -> Sequence[Suspension]:
    """Every pause and closure, newest first."""
    return session.scalars(
        select(Suspension).where(Suspension.sub_account_id == sub_account.id).order_by(Suspension.id.desc())
    ).all()


def names(sub_account_ids: set[UUID]) -> dict[UUID, str]:
    """Names by id, in one query."""
    rows = session.execute(select(SubAccount.id, SubAccount.name).where(SubAccount.id.in_(sub_account_ids)))
    return {row.id: row.name for row in rows}
