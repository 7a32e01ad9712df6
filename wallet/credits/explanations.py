"""Explain this charge: every feature adds the steps it knows of a transaction, from its cause to its payment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from agency.foundation import ids
from agency.foundation.money import Money
from wallet.charges.words import charge_name
from wallet.credits.history import LotShare, lots_of
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.rules.lots import LotKind
from wallet.credits.words import KIND_NAMES
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of the chain. ``subject`` is the public id of what it speaks of; the agency alone sees some."""

    kind: str
    title: str | LazyString
    amount: Money | None = None
    detail: str | LazyString = ""
    subject: str | None = None
    at: datetime | None = None
    for_agency_only: bool = False


# What was written there is our own sentence, in the language of whoever caused it: the kind says the same.
OURS = {Code.TOP_UP, Code.BONUS}

Explain = Callable[[UUID], Iterable[Step]]
_explained: dict[str, Explain] = {}


def register(source_type: str, explain: Explain) -> None:
    """What lies behind a source: of a transaction (event, price, markup, tax), or a lot's charge (recharge, card)."""
    _explained[source_type] = explain


def explain(row: WalletTransaction, *, for_agency: bool) -> list[Step]:
    """The whole chain of a transaction, without what this reader must not see."""
    steps = [*_cause(row), _booked(row), *_payment(row)]
    return [step for step in steps if for_agency or not step.for_agency_only]


def _cause(row: WalletTransaction) -> Iterable[Step]:
    known = _explained.get(row.source_type)
    return known(row.source_id) if known else ()


def _booked(row: WalletTransaction) -> Step:
    return Step(
        kind="transaction",
        title=KIND_NAMES.get(row.kind, row.kind),
        amount=row.amount,
        detail="" if row.kind in OURS else charge_name(row.description),
        subject=row.public_id,
        at=row.booked_at,
    )


TITLES = {
    LotKind.PURCHASED: _l("Paid from purchased credit"),
    LotKind.BONUS: _l("Paid from bonus credit"),
    LotKind.COMPLIMENTARY: _l("Paid from complimentary credit"),
}


def _payment(row: WalletTransaction) -> Iterable[Step]:
    for share in lots_of([row.id]).get(row.id, []):
        yield _share(share)
        yield from _origin(share.lot)
    if row.owed > 0:
        yield Step(kind="owed", title=_l("Beyond the credit there was: owed"), amount=row.owed_change)


def _share(share: LotShare) -> Step:
    title = TITLES[share.lot.kind] if share.amount.micros > 0 else _l("Given back to the credit that had paid")
    return Step(
        kind="lot",
        title=title,
        amount=share.amount,
        detail=share.lot.description if share.lot.kind is LotKind.COMPLIMENTARY else "",
        subject=ids.encode(CreditLot.prefix, share.lot.id),
    )


def _origin(lot: CreditLot) -> Iterable[Step]:
    known = _explained.get("charge")
    return known(lot.charge_id) if known and lot.charge_id else ()
