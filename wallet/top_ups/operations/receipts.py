"""Receipts: kept for the agency always, mailed to the client where the agency wants that."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.documents import render_pdf
from agency.foundation.i18n import money_in
from agency.foundation.mail.operations import post
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.staff.mails import face
from agency.tenants.models import Agency, SubAccount
from agency.tenants.queries import agency, logo, sub_account
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.queries import billing_account
from wallet.charges.models import Charge
from wallet.charges.words import charge_name
from wallet.credits.standing import WalletKey
from wallet.payment_methods.models import PaymentMethod
from wallet.top_ups.models import Receipt, ReceiptKind
from wallet.top_ups.operations.terms import terms_of


def issue(
    kind: ReceiptKind,
    charge: Charge,
    card_id: UUID,
    amount: Money,
    *,
    refund_part_id: UUID | None = None,
    now: datetime,
) -> Receipt:
    """Write down what was paid or given back, once; whoever asks again gets the same."""
    found = _issued(charge, refund_part_id)
    if found is not None:
        return found
    payer, client = billing_account(charge.payer_id), sub_account(charge.sub_account_id)
    receipt = Receipt(
        id=ids.new_id(),
        sub_account_id=charge.sub_account_id,
        kind=kind,
        charge_id=charge.id,
        refund_part_id=refund_part_id,
        amount_micros=amount.micros,
        currency=amount.currency,
        issued_at=now,
    )
    card = session.get_one(PaymentMethod, (scope.agency_id(), card_id))
    receipt.document = _document(receipt, charge, card, payer, client)
    receipt.mailed_to = _mailed_to(receipt, payer, client)
    session.add(receipt)
    session.flush()
    _mail(receipt, payer.locale, now=now)
    return receipt


def _issued(charge: Charge, refund_part_id: UUID | None) -> Receipt | None:
    of_part = Receipt.refund_part_id.is_not_distinct_from(refund_part_id)
    return session.scalar(select(Receipt).where(Receipt.charge_id == charge.id, of_part))


def pdf(receipt: Receipt) -> bytes:
    """The same bytes every time, under the logo that its seller had then."""
    digest = receipt.document["seller"].get("logo")
    return render_pdf("receipt", receipt.document, dated=receipt.issued_at, logo=logo(digest) if digest else None)


def _seller(who: Agency) -> dict[str, str]:
    return {
        "name": who.name,
        "email": who.support_email or "",
        "accent": who.accent or "",
        "logo": who.logo_digest or "",
    }


def _document(
    receipt: Receipt, charge: Charge, card: PaymentMethod, payer: BillingAccount, client: SubAccount
) -> JsonObject:
    """In the payer's language, all figures as they are to be read."""
    place = Locale(payer.locale)
    issued = format_datetime(receipt.issued_at, "long", tzinfo=ZoneInfo(client.time_zone), locale=place)
    with force_locale(payer.locale):
        is_refund = receipt.kind is ReceiptKind.REFUND
        return {
            "language": payer.locale,
            "title": _("Refund receipt") if is_refund else _("Receipt"),
            "seller": _seller(agency()),
            "payer": {"name": payer.legal_name, "lines": _address(payer)},
            "facts": [
                [_("Receipt number"), receipt.public_id],
                [_("Date"), issued],
                [_("Payment"), charge.public_id],
                [_("Card"), card.name],
            ],
            "line": charge_name(charge.description),
            "amount": money_in(receipt.amount, place),
            "total": _("Returned to the card") if is_refund else _("Paid"),
            "note": _("Funds in a wallet are credit for services to come. Tax is shown when they are used."),
            "words": {"page": _("Page"), "of": _("of"), "for": _("Payer"), "what": _("Description")},
        }


def _address(payer: BillingAccount) -> list[str]:
    town = " ".join(part for part in (payer.postal_code, payer.city, payer.region) if part)
    lines = [payer.line1, payer.line2, town, payer.country]
    return [line for line in lines if line] + [tax_id["value"] for tax_id in payer.tax_ids]


def _mailed_to(receipt: Receipt, payer: BillingAccount, client: SubAccount) -> str | None:
    """Nobody, unless the agency switched it on, for all its wallets or for this one."""
    wants = terms_of(WalletKey(client.id, receipt.currency)).receipts_mailed
    return payer.email or client.email if wants else None


def _mail(receipt: Receipt, language: str, *, now: datetime) -> None:
    if receipt.mailed_to is not None:
        post(
            "receipt",
            to=receipt.mailed_to,
            language=language,
            sender_name=agency().name,
            now=now,
            sub_account_id=receipt.sub_account_id,
            agency_name=agency().name,
            **face(agency().accent, agency().logo_digest),
            document=receipt.document,
        )
