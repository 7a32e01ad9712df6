"""Documents are composed: their figures, days and texts, as drafts or on the way to being opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.errors import DomainError
from agency.foundation.money import MalformedAmount, Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns, Seller
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.sellers import Grouping, SellerTerms
from subaccounts.invoices.rules.lines import LINES_MAX, AmountTooLarge, Figures, LineWish, figures
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from wallet.billing_accounts.models import BillingAccount


class TooManyLines(DomainError):
    status = 422
    field = "lines"
    message = _l("A document has at most 1,000 lines. Divide it into several.")


class DueBeforeIssue(DomainError):
    status = 422
    field = "due_on"
    message = _l("The due date lies before the date of issue. Choose today or a later day.")


class PeriodTurnedRound(DomainError):
    status = 422
    field = "period_end"
    message = _l("The billing period ends before it starts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWish:
    """A document to be drafted for the payer of ``account``, in its currency.

    Attributes:
        customer_id: whom a sub-account bills; None where the agency sells.
        period: first day and the day after the last one, in the seller's zone.
        due_days: None is the seller's own; ``due_on`` overrides them.
        origin: names what it was made from, unique per seller, so that nothing is imported twice.
        is_generated: by a run, not by hand.
    """

    account: BillingAccount
    seller: Seller
    lines: Sequence[LineWish] = ()
    customer_id: UUID | None = None
    period: tuple[date, date] | None = None
    due_on: date | None = None
    due_days: int | None = None
    purchase_order: str | None = None
    beneficiary: str | None = None
    notes: str | None = None
    terms: str | None = None
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    origin: str | None = None
    is_generated: bool = False
    id: UUID = field(default_factory=ids.new_id)


class PassingDraft(DocumentColumns):
    """A draft that is opened at once and never stored: without the mapper, which costs more than composing it."""

    def __init__(self, **columns: Any) -> None:  # noqa: ANN401  # Whatever a column holds.
        vars(self).update(columns)


class PassingLine(LineColumns):
    """One of its lines."""

    def __init__(self, **columns: Any) -> None:  # noqa: ANN401  # The same.
        vars(self).update(columns)


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft and its lines, computed and not yet stored."""

    draft: InvoiceDraft
    lines: list[InvoiceDraftLine]


@dataclass(frozen=True, slots=True)
class Kinds:
    """What composing makes: rows for the session, or what passes on to opening."""

    draft: type[InvoiceDraft] = InvoiceDraft
    line: type[InvoiceDraftLine] = InvoiceDraftLine


STORED = Kinds()
# All that opening reads of a draft and its lines are their columns and what is reckoned from them.
PASSING = Kinds(cast("type[InvoiceDraft]", PassingDraft), cast("type[InvoiceDraftLine]", PassingLine))


def compose(
    wishes: Iterable[DraftWish], *, by: Actor, now: datetime, kinds: Kinds = STORED, whole: bool = False
) -> list[Composed]:
    """The rows of each document, in the order of the wishes; ``whole``: never one for each provider."""
    sellers: dict[UUID | None, SellerAtHand] = {}
    composed = []
    for wish in wishes:
        key = seller_id(wish.seller, wish.account.sub_account_id)
        seller = sellers.setdefault(key, SellerAtHand(key))
        parts = [wish] if whole else _by_provider(wish, seller)
        composed += [_composed(each, seller, kinds, by=by, now=now) for each in parts]
    return composed


def plain(row: InvoiceDraft | InvoiceDraftLine) -> dict[str, Any]:
    """The row's columns, for a statement that writes many."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def _by_provider(wish: DraftWish, seller: SellerAtHand) -> list[DraftWish]:
    providers = list(dict.fromkeys(line.provider_id for line in wish.lines))
    if seller.terms.grouping is not Grouping.BY_PROVIDER or len(providers) < 2:  # noqa: PLR2004  # Nothing to divide.
        return [wish]
    place = {provider_id: index for index, provider_id in enumerate(providers)}
    lines = sorted(wish.lines, key=lambda line: place[line.provider_id])
    parts = [list(part) for _provider, part in groupby(lines, key=lambda line: line.provider_id)]
    if any(sum(map(_asked, part)) < 0 for part in parts):
        return [wish]  # What is given back of one provider's is taken off another's.
    return [
        replace(
            wish, lines=part, id=wish.id if index == 0 else ids.new_id(), origin=wish.origin if index == 0 else None
        )
        for index, part in enumerate(parts)
    ]


def _asked(line: LineWish) -> Decimal:
    return line.unit_price * line.quantity if line.amount is None else line.amount.amount


def _composed(wish: DraftWish, seller: SellerAtHand, kinds: Kinds, *, by: Actor, now: datetime) -> Composed:
    _refuse(wish)
    terms, account = seller.terms, wish.account
    draft = kinds.draft(
        agency_id=scope.agency_id(),
        id=wish.id,
        sub_account_id=account.sub_account_id,
        seller=wish.seller,
        payer_id=account.payer_id,
        billing_account_id=account.id,
        customer_id=wish.customer_id,
        payer_name=account.legal_name,
        currency=account.currency,
        period_start=wish.period[0] if wish.period else None,
        period_end=wish.period[1] if wish.period else None,
        due_on=wish.due_on,
        due_days=terms.due_days if wish.due_days is None else wish.due_days,
        prices_include_tax=terms.prices_include_tax,
        rounding=terms.rounding,
        is_generated=wish.is_generated,
        origin=wish.origin,
        open_at=_opens_at(wish, seller, now),
        created_at=now,
        created_by=by.name,
        **_texts(wish, terms),
    )
    return Composed(draft, lines_of(draft, wish.lines, kinds))


def _texts(wish: DraftWish, terms: SellerTerms) -> dict[str, Any]:
    return {
        "purchase_order": wish.purchase_order,
        "beneficiary": wish.beneficiary,
        "notes": wish.notes or terms.notes,
        "terms": wish.terms or terms.terms,
        "custom_fields": [[label, text] for label, text in wish.custom_fields.items() if text],
    }


def lines_of(draft: InvoiceDraft, wishes: Sequence[LineWish], kinds: Kinds = STORED) -> list[InvoiceDraftLine]:
    """The draft's lines, computed; its totals are set to their sums."""
    found = zip(wishes, figures(wishes, draft.tax_terms), strict=True)
    lines = [
        kinds.line(**_line(draft, wish, each), position=position)
        for position, (wish, each) in enumerate(found, start=1)
    ]
    sum_up(draft, lines)
    return lines


def _line(draft: InvoiceDraft, wish: LineWish, each: Figures) -> dict[str, Any]:
    return {
        "agency_id": scope.agency_id(),
        "id": wish.id,
        "draft_id": draft.id,
        "seller": draft.seller,
        "sub_account_id": draft.sub_account_id,
        "description": wish.description,
        "quantity": wish.quantity,
        "unit": wish.unit,
        "unit_price": wish.unit_price if wish.amount is None or wish.unit_price else wish.amount.amount,
        "amount_micros": each.amount.micros,
        "net_micros": each.net.micros,
        "tax_micros": each.tax.micros,
        "wallet_micros": None if wish.wallet is None else wish.wallet.micros,
        "currency": draft.currency,
        "taxes": [dict(tax) for tax in wish.taxes],
        "revenue": wish.revenue,
        "provider_id": wish.provider_id,
        "source": dict(wish.source) if wish.source else None,
        "replaces_id": wish.replaces,
    }


def sum_up(draft: InvoiceDraft, lines: Sequence[InvoiceDraftLine]) -> None:
    """Set the draft's totals to the sums of its lines.

    Raises:
        AmountTooLarge: they are beyond what an amount can be.
    """
    draft.net_micros = sum(line.net_micros for line in lines)
    draft.tax_micros = sum(line.tax_micros for line in lines)
    draft.total_micros = draft.net_micros + draft.tax_micros
    draft.wallet_micros = sum(line.net_micros + line.tax_micros for line in lines if line.wallet_micros is not None)
    try:
        Money(draft.total_micros, draft.currency)
    except MalformedAmount as error:
        raise AmountTooLarge from error


def _refuse(wish: DraftWish) -> None:
    if len(wish.lines) > LINES_MAX:
        raise TooManyLines
    if wish.period and wish.period[1] <= wish.period[0]:
        raise PeriodTurnedRound


def _opens_at(wish: DraftWish, seller: SellerAtHand, now: datetime) -> datetime | None:
    grace = seller.terms.grace_hours
    return now + timedelta(hours=grace) if wish.is_generated and grace is not None else None
