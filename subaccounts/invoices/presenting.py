"""A document as people read it: sections by provider, words and figures of one language.

Screen, print, PDF and CSV are all made from this, so that their totals cannot differ.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel import Locale
from flask_babel import force_locale
from flask_babel import gettext as _

from agency.foundation.money import Money
from agency.plans.rules.tax import Treatment
from subaccounts.invoices.reader import Reader

MASK = "••••"
SHOWN_OF_TAX_ID = 4


def presented(
    document: Mapping[str, Any], *, language: str | None = None, correction: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Everything as text, in the document's own language unless another is named."""
    spoken = language or document["language"]
    reader = Reader(Locale(spoken), document["currency"])
    with force_locale(spoken):
        return {
            "language": spoken,
            "is_draft": document["number"] is None,
            "title": _("Invoice"),
            "number": document["number"] or "",
            "seller": seller_said(document["seller"]),
            "payer": _payer(document, correction or {}),
            "beneficiary": document["beneficiary"] or "",
            "facts": _facts(document, reader),
            "period": reader.period(document["period"]),
            "sections": _sections(document, reader),
            "taxes": [_tax(tax, reader) for tax in document["taxes"]],
            "totals": _totals(document, reader),
            "custom_fields": document["custom_fields"],
            "texts": _texts(document),
            "note": _("Prices include tax.") if document["prices_include_tax"] else "",
            "words": _words(),
        }


def presented_note(document: Mapping[str, Any], *, language: str | None = None) -> dict[str, Any]:
    """A credit note as text, in its own language unless another is named."""
    spoken = language or document["language"]
    reader = Reader(Locale(spoken), document["currency"])
    with force_locale(spoken):
        return {
            "language": spoken,
            "title": _("Credit note"),
            "number": document["number"],
            "seller": seller_said(document["seller"]),
            "payer": _payer(document, {}),
            "facts": [
                [_("Credit note number"), document["number"]],
                [_("Date of issue"), reader.day(document["issued_on"])],
                *_invoice_named(document, reader),
                [_("Reason"), document["reason"]],
            ],
            "lines": [
                [line["description"], *(reader.money(line[name]) for name in ("net", "tax", "gross"))]
                for line in document["lines"]
            ],
            "totals": _note_totals(document, reader),
            "words": _words() | {"net": _("Net")},
        }


def _invoice_named(document: Mapping[str, Any], reader: Reader) -> list[list[str]]:
    number = document["invoice_number"]
    return [[_("For invoice"), f"{number} ({reader.day(document['invoice_issued_on'])})"]] if number else []


def _note_totals(document: Mapping[str, Any], reader: Reader) -> list[list[str]]:
    """Net, tax, where the money goes, and the total last."""
    rows = [[_("Subtotal"), reader.money(document["net"])], [_("Tax"), reader.money(document["tax"])]]
    goes = (("applied", _("Off the invoice")), ("refund", _("To be refunded")), ("credit", _("Kept as credit")))
    rows += [[label, reader.money(document[name])] for name, label in goes if Decimal(document[name])]
    return [*rows, [_("Total credited"), reader.money(document["total"])]]


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "of": _("of"),
        "for": _("Billed to"),
        "client": _("Client"),
        "what": _("Description"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "tax": _("Tax"),
        "amount": _("Amount"),
        "draft": _("DRAFT"),
    }


def seller_said(seller: Mapping[str, Any]) -> dict[str, Any]:
    """The head of its documents; ``logo`` is a kept logo's digest."""
    further = [seller["tax_id"], seller["email"]]
    return {
        "name": seller["name"],
        "lines": [*seller["lines"], *(text for text in further if text)],
        "email": seller["email"] or "",
        "accent": seller["accent"] or "",
        "logo": seller["logo"] or "",
    }


def _payer(document: Mapping[str, Any], correction: Mapping[str, Any]) -> dict[str, Any]:
    payer = document["payer"] | correction
    tax_ids = [each if document["tax_ids_shown"] else masked(each) for each in payer["tax_ids"]]
    return {"name": payer["name"], "lines": [*payer["lines"], payer["country"], *tax_ids]}


def masked(tax_id: str) -> str:
    """The last letters, enough to know it by."""
    return MASK + tax_id[-SHOWN_OF_TAX_ID:]


def _facts(document: Mapping[str, Any], reader: Reader) -> list[list[str]]:
    rows = [
        [_("Invoice number"), document["number"]],
        [_("Date of issue"), reader.day(document["issued_on"])],
        [_("Due date"), reader.day(document["due_on"])],
        [_("Billing period"), reader.period(document["period"])],
        [_("Purchase order"), document["purchase_order"]],
    ]
    return [[label, value] for label, value in [*rows, *document["custom_fields"]] if value]


def _sections(document: Mapping[str, Any], reader: Reader) -> list[dict[str, Any]]:
    """Lines under the provider of their service; those of none come first."""
    by_provider: dict[str | None, list[Mapping[str, Any]]] = {}
    for line in document["lines"]:
        by_provider.setdefault(line["provider"], []).append(line)
    return [
        _section(document["providers"].get(provider), lines, reader)
        for provider, lines in sorted(by_provider.items(), key=lambda item: item[0] is not None)
    ]


def _section(provider: Mapping[str, Any] | None, lines: Sequence[Mapping[str, Any]], reader: Reader) -> dict[str, Any]:
    sums = {
        name: Money.sum([Money.of(line[name], reader.currency) for line in lines], reader.currency).plain()
        for name in ("amount", "net", "tax", "gross")
    }
    known = provider or {}
    licence = known.get("licence_number")
    details = [_("Licence %(number)s", number=licence) if licence else None, known.get("phone"), known.get("email")]
    return {
        "title": known.get("name", ""),
        "details": [text for text in details if text],
        "lines": [_line(line, reader) for line in lines],
        "plain": sums,
        "amount": reader.money(sums["amount"]),
        "gross": reader.money(sums["gross"]),
    }


def _line(line: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    notes = [
        reader.period(line["period"]),
        _("Paid from the wallet") if line["paid_from_wallet"] else "",
        *(tax["reason"] for tax in line["taxes"] if tax["reason"]),
    ]
    quantity = reader.number(line["quantity"])
    return {
        "description": line["description"],
        "details": [text for text in notes if text],
        "quantity": f"{quantity} {line['unit']}" if line["unit"] else quantity,
        "unit_price": reader.price(line["unit_price"]),
        "tax": ", ".join(rate_of(tax, reader) for tax in line["taxes"]),
        "amount": reader.money(line["amount"]),
        "plain": line,
    }


def rate_of(tax: Mapping[str, Any], reader: Reader) -> str:
    if tax["treatment"] == Treatment.REVERSE_CHARGE:
        return str(_("Reverse charge"))
    if tax["treatment"] == Treatment.EXEMPT:
        return str(_("Exempt"))
    return f"{reader.number(tax['percent'])} %"


def _tax(tax: Mapping[str, Any], reader: Reader) -> list[str]:
    """Label and amount of one rate; untaxed lines say why."""
    base = reader.money(tax["base"])
    if tax["treatment"] == Treatment.TAXED:
        return [f"{tax['name']} {rate_of(tax, reader)} ({base})", reader.money(tax["tax"])]
    return [f"{rate_of(tax, reader)}: {tax['reason']} ({base})", reader.money(tax["tax"])]


def _totals(document: Mapping[str, Any], reader: Reader) -> list[list[str]]:
    """Net, each tax, total, and what a wallet paid of it; the last is what is asked for."""
    rows = [[_("Subtotal"), reader.money(document["net"])]]
    rows += [_tax(tax, reader) for tax in document["taxes"]]
    rows.append([_("Total"), reader.money(document["total"])])
    if Decimal(document["wallet_paid"]):
        rows.append([_("Paid from the wallet"), reader.money(f"-{document['wallet_paid']}")])
        rows.append([_("Amount due"), reader.money(document["asked"])])
    return rows


def _texts(document: Mapping[str, Any]) -> list[list[str]]:
    rows = [
        [_("Notes"), document["notes"]],
        [_("Terms"), document["terms"]],
        [_("How to pay"), document["how_to_pay"]],
    ]
    return [[label, text] for label, text in rows if text]
