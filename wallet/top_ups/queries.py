from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from wallet.charges.models import Refund as CardRefund
from wallet.credits.models.lots import CreditLot
from wallet.top_ups.models import Receipt, TopUp, TopUpRefund, TopUpRefundPart


def top_up(top_up_id: UUID, *, sub_account_id: UUID | None = None) -> TopUp:
    """One of the scope's, or of the named sub-account, as it stands in the database now.

    Raises:
        NotFound: none such.
    """
    found = session.get(TopUp, (scope.agency_id(), top_up_id), populate_existing=True)
    if found is None or found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def top_up_of_request(request: str) -> TopUp | None:
    return session.scalar(select(TopUp).where(TopUp.request == request).execution_options(populate_existing=True))


def top_ups(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[TopUp]:
    """Of one wallet, newest first."""
    return paged(select(TopUp).where(TopUp.sub_account_id == sub_account_id), TopUp.id, cursor=cursor, limit=limit)


@dataclass(frozen=True, slots=True)
class RefundWithParts:
    refund: TopUpRefund
    parts: Sequence[TopUpRefundPart]


def refund(refund_id: UUID, *, sub_account_id: UUID) -> RefundWithParts:
    """As it stands in the database now. Raises NotFound: none such."""
    found = session.get(TopUpRefund, (scope.agency_id(), refund_id))
    if found is None or found.sub_account_id != sub_account_id:
        raise NotFound
    return _with_parts([found])[0]


def refund_of_request(request: str) -> TopUpRefund | None:
    return session.scalar(select(TopUpRefund).where(TopUpRefund.request == request))


def refunds(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[RefundWithParts]:
    """Of one wallet, newest first."""
    query = select(TopUpRefund).where(TopUpRefund.sub_account_id == sub_account_id)
    page: Page[TopUpRefund] = paged(query, TopUpRefund.id, cursor=cursor, limit=limit)
    return Page(_with_parts(page.rows), page.next_cursor, page.previous_cursor)


def _with_parts(refunds: Sequence[TopUpRefund]) -> list[RefundWithParts]:
    """In the order in which the credit was taken."""
    rows = session.scalars(
        select(TopUpRefundPart)
        .where(TopUpRefundPart.refund_id.in_([found.id for found in refunds]))
        .order_by(TopUpRefundPart.id)
        .execution_options(populate_existing=True)
    ).all()
    return [RefundWithParts(found, [row for row in rows if row.refund_id == found.id]) for found in refunds]


def refund_part(part_id: UUID) -> TopUpRefundPart:
    return session.get_one(TopUpRefundPart, (scope.agency_id(), part_id), populate_existing=True)


def brought_credit(charge_id: UUID) -> bool:
    """Whether a charge became credit of a wallet; those of plans and invoices did not."""
    return session.scalar(select(CreditLot.id).where(CreditLot.charge_id == charge_id).limit(1)) is not None


def card_refunds(refund_id: UUID) -> Sequence[UUID]:
    """Those that the door gives back for it."""
    part_ids = select(TopUpRefundPart.id).where(TopUpRefundPart.refund_id == refund_id)
    return session.scalars(select(CardRefund.id).where(CardRefund.source_id.in_(part_ids))).all()


def receipt(receipt_id: UUID, *, sub_account_id: UUID) -> Receipt:
    """Raises NotFound: none such."""
    found = session.get(Receipt, (scope.agency_id(), receipt_id))
    if found is None or found.sub_account_id != sub_account_id:
        raise NotFound
    return found


def receipts(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[Receipt]:
    """Of one wallet, newest first."""
    query = select(Receipt).where(Receipt.sub_account_id == sub_account_id)
    return paged(query, Receipt.id, cursor=cursor, limit=limit)
