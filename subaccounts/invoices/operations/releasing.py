"""Generated lines set free by a discard or a void: billed again in the next run, or never."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, text

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns
from subaccounts.invoices.models.drafts import InvoiceDraftLine, ReleasedLine
from subaccounts.invoices.models.invoices import InvoiceLine
from subaccounts.invoices.rules.lines import LineWish
from wallet.ledger.chart import AccountKind

BILLED = """
UPDATE released_lines r SET billed_by = n.id
FROM unnest(%(released)s::uuid[], %(lines)s::uuid[]) AS n (released_id, id)
WHERE r.agency_id = %(agency_id)s AND r.id = n.released_id
"""


class ReasonMissing(DomainError):
    status = 422
    field = "reason"
    message = _l("Say why these lines will never be billed.")


def release(
    row: DocumentColumns,
    lines: Iterable[InvoiceDraftLine | InvoiceLine],
    *,
    again: bool,
    reason: str | None,
    now: datetime,
) -> None:
    """Keep what a run generated: to be billed again, or never and why. What somebody wrote by hand is let go.

    Raises:
        ReasonMissing: never, and nobody says why.
    """
    generated = [line for line in lines if line.source]
    if not generated:
        return
    if not again and not reason:
        raise ReasonMissing
    shared = {
        "agency_id": scope.agency_id(),
        "sub_account_id": row.sub_account_id,
        "seller": row.seller,
        "billing_account_id": row.billing_account_id,
        "again": again,
        "reason": reason,
        "released_at": now,
    }
    session.execute(insert(ReleasedLine), [shared | {"id": line.id, "line": _kept(line)} for line in generated])


def waiting(billing_account_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[LineWish]]:
    """The lines that the next run bills again, by billing account; each names what it replaces."""
    query = (
        select(ReleasedLine)
        .where(
            ReleasedLine.billing_account_id.in_(set(billing_account_ids)),
            text("again AND billed_by IS NULL"),
        )
        .order_by(ReleasedLine.id)
        .with_for_update()
    )
    found: dict[UUID, list[LineWish]] = {}
    for row in session.scalars(query):
        found.setdefault(row.billing_account_id, []).append(_wish(row))
    return found


def mark_billed(lines: Sequence[InvoiceDraftLine]) -> None:
    """Released lines that these replace wait no longer."""
    again = [line for line in lines if line.replaces_id]
    if again:
        released, new = uuids([line.replaces_id for line in again]), uuids([line.id for line in again])
        execute(BILLED, {"agency_id": scope.agency_id(), "released": released, "lines": new})


def _kept(line: LineColumns) -> dict[str, Any]:
    """All of a line as JSON."""
    return {
        "description": line.description,
        "quantity": str(line.quantity),
        "unit": line.unit,
        "unit_price": str(line.unit_price),
        "amount": line.amount_micros,
        "tax": line.tax_micros,
        "currency": line.currency,
        "taxes": line.taxes,
        "revenue": line.revenue,
        "provider_id": str(line.provider_id) if line.provider_id else None,
        "source": line.source,
        "wallet": line.wallet_micros,
    }


def _wish(row: ReleasedLine) -> LineWish:
    kept = row.line
    return LineWish(
        description=kept["description"],
        quantity=Decimal(kept["quantity"]),
        unit=kept["unit"],
        unit_price=Decimal(kept["unit_price"]),
        amount=Money(kept["amount"], kept["currency"]),
        taxes=kept["taxes"],
        tax=Money(kept["tax"], kept["currency"]) if "tax" in kept else None,
        revenue=AccountKind(kept["revenue"]),
        provider_id=UUID(kept["provider_id"]) if kept["provider_id"] else None,
        source=kept["source"],
        wallet=None if kept["wallet"] is None else Money(kept["wallet"], kept["currency"]),
        replaces=row.id,
    )
