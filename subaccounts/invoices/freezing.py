"""A document as data: what it says of seller, payer, lines, tax and totals, in no language yet.

The same function builds what a draft shows and what an invoice freezes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from agency.foundation.money import Money
from agency.plans.models.providers import ServiceProvider
from agency.plans.rules.tax import Treatment
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns
from subaccounts.invoices.models.sellers import SellerTerms
from subaccounts.invoices.rules.canonical import VERSION
from subaccounts.invoices.rules.lines import document_tax
from subaccounts.invoices.sellers import SellerAtHand
from wallet.billing_accounts.models import BillingAccount

Providers = Mapping[UUID, ServiceProvider]


def document_of(
    row: DocumentColumns,
    lines: Sequence[LineColumns],
    *,
    seller: SellerAtHand,
    account: BillingAccount,
    providers: Providers,
    number: str | None = None,
    issued_on: date | None = None,
) -> dict[str, Any]:
    """All that a document says; amounts are plain decimals, days are ISO 8601. Without a number it is a draft."""
    return {
        "version": VERSION,
        "language": account.locale,
        "seller": seller.identity(),
        "payer": payer_said(account),
        "number": number,
        "issued_on": _day(issued_on),
        "lines": [_line(line) for line in lines],
        "providers": {str(found.id): _provider(found) for found in _named(lines, providers)},
        "taxes": taxes_said(row, lines),
        **_terms(row),
        **_figures(row),
        **_texts(row, seller.terms),
    }


def _terms(row: DocumentColumns) -> dict[str, Any]:
    return {
        "beneficiary": row.beneficiary,
        "currency": row.currency,
        "due_on": _day(row.due_on),
        "period": [_day(row.period_start), _day(row.period_end)] if row.period_start else None,
        "purchase_order": row.purchase_order,
        "custom_fields": row.custom_fields,
        "prices_include_tax": row.prices_include_tax,
        "rounding": row.rounding,
    }


def _figures(row: DocumentColumns) -> dict[str, str]:
    return {
        "net": row.net.plain(),
        "tax": row.tax.plain(),
        "total": row.total.plain(),
        "wallet_paid": row.wallet_paid.plain(),
        "asked": (row.total - row.wallet_paid).plain(),
    }


def payer_said(account: BillingAccount) -> dict[str, Any]:
    town = " ".join(part for part in (account.postal_code, account.city, account.region) if part)
    return {
        "name": account.legal_name,
        "lines": [line for line in (account.line1, account.line2, town) if line],
        "country": account.country,
        "tax_ids": [tax_id["value"] for tax_id in account.tax_ids],
    }


def taxes_said(row: DocumentColumns, lines: Sequence[LineColumns]) -> list[dict[str, Any]]:
    """What each rate was reckoned on and came to, and what went untaxed for which reason."""
    if all(len(line.taxes) <= 1 for line in lines):
        return _summed(lines)
    pairs = [(line.amount, line.taxes) for line in lines]
    found = document_tax(pairs, row.tax_terms)
    taxed = [
        _tax(_rate(total.rate.code, f"{total.rate.percent:f}", Treatment.TAXED, None), total.base, total.tax)
        for total in found.rates
    ]
    nothing = Money.zero(row.currency)
    return taxed + [
        _tax(_rate(None, "0", total.treatment, total.reason), total.base, nothing) for total in found.untaxed
    ]


def _rate(name: str | None, percent: str, treatment: str, reason: str | None) -> dict[str, Any]:
    return {"name": name, "percent": percent, "treatment": treatment, "reason": reason}


def _summed(lines: Sequence[LineColumns]) -> list[dict[str, Any]]:
    """With one tax a line at most, the totals are plain sums."""
    sums: dict[tuple[str, str, str, str | None], tuple[Money, Money]] = {}
    for line in lines:
        for tax in line.taxes:
            key = (tax["name"], tax["percent"], tax["treatment"], tax["reason"])
            base, total = sums.get(key, (Money.zero(line.currency), Money.zero(line.currency)))
            sums[key] = (base + line.net, total + line.tax)
    return [_tax(_rate(*key), base, total) for key, (base, total) in sums.items()]


def _tax(said: Mapping[str, Any], base: Money, tax: Money) -> dict[str, Any]:
    return {**said, "base": base.plain(), "tax": tax.plain()}


def _line(line: LineColumns) -> dict[str, Any]:
    source = line.source or {}
    return {
        "description": line.description,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "unit_price": f"{line.unit_price.normalize():f}",
        "amount": line.amount.plain(),
        "net": line.net.plain(),
        "tax": line.tax.plain(),
        "gross": line.gross.plain(),
        "taxes": line.taxes,
        "provider": str(line.provider_id) if line.provider_id else None,
        "paid_from_wallet": line.wallet_micros is not None,
        "period": [source.get("period_start"), source.get("period_end")] if source.get("period_start") else None,
    }


def _named(lines: Iterable[LineColumns], providers: Providers) -> list[ServiceProvider]:
    wanted = dict.fromkeys(line.provider_id for line in lines if line.provider_id)
    return [providers[provider_id] for provider_id in wanted if provider_id in providers]


def _provider(found: ServiceProvider) -> dict[str, Any]:
    return {
        "name": found.name,
        "licence_number": found.licence_number,
        "phone": found.phone,
        "email": found.email,
    }


def _texts(row: DocumentColumns, terms: SellerTerms) -> dict[str, Any]:
    return {
        "notes": row.notes,
        "terms": row.terms,
        "how_to_pay": terms.how_to_pay,
        "tax_ids_shown": terms.tax_ids_shown,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
