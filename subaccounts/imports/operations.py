"""Invoices that were read become drafts, in sets, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.i18n import IN_USE
from agency.tenants.models import SubAccount
from subaccounts.customers.models import Customer
from subaccounts.imports.models import ImportState, InvoiceImport
from subaccounts.imports.rules.files import columns_of, decoded, guessed
from subaccounts.imports.rules.parsing import InvoiceRead
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.composing import DraftWish
from subaccounts.invoices.operations.drafting import draft_many
from subaccounts.invoices.rules.lines import LineWish, TaxSaid
from wallet.billing_accounts.models import BillingAccount, Payer, PayerKind
from wallet.billing_accounts.operations import AccountWish, open_account
from wallet.ledger.chart import AccountKind

ORIGIN = "import:"
# Invoices in one transaction.
BATCH = 500


@dataclass(slots=True)
class Outcome:
    """``known`` were imported before; ``refused`` have a reason each."""

    drafted: int = 0
    known: int = 0
    customers: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Self) -> None:
        self.drafted += other.drafted
        self.known += other.known
        self.customers += other.customers
        self.refused += other.refused


def keep_file(seller: SubAccount, file_name: str, content: bytes, *, by: Actor, now: datetime) -> InvoiceImport:
    """Keep a file that somebody brought, with its columns guessed; nothing is imported yet.

    Raises:
        NotUtf8, NotCsv, EmptyFile
    """
    row = InvoiceImport(
        sub_account_id=seller.id,
        file_name=file_name[:200],
        content=content,
        columns=guessed(columns_of(decoded(content))),
        state=ImportState.CHECKING,
        invoices=0,
        done=0,
        drafted=0,
        known=0,
        customers=0,
        problems=[],
        created_at=now,
        created_by=by.name,
    )
    session.add(row)
    session.flush()
    return row


def start(row: InvoiceImport, *, by: Actor, now: datetime) -> None:
    """The columns are as they should be: from here on it is a job's."""
    row.state = ImportState.RUNNING
    after = {"file_name": row.file_name}
    record("invoice_import.started", row, by=by, now=now, after=after, sub_account_id=row.sub_account_id)


def batches(invoices: Sequence[InvoiceRead]) -> Iterable[Sequence[InvoiceRead]]:
    for start_at in range(0, len(invoices), BATCH):
        yield invoices[start_at : start_at + BATCH]


def import_batch(seller: SubAccount, invoices: Sequence[InvoiceRead], *, by: Actor, now: datetime) -> Outcome:
    """Draft those that are not there yet, with their customers; one import of a sub-account at a time.

    What documents and refusals say is in the seller's language, whoever imports them.
    """
    with force_locale(seller.locale):
        return _imported(seller, invoices, by=by, now=now)


def _imported(seller: SubAccount, invoices: Sequence[InvoiceRead], *, by: Actor, now: datetime) -> Outcome:
    take_turn(f"import/{seller.id}")
    outcome = Outcome()
    known = _known(seller, invoices)
    fresh = []
    for each in invoices:
        if ORIGIN + each.number in known:
            outcome.known += 1
        elif each.currency is not None and each.currency not in IN_USE:
            reason = _("%(currency)s is no currency we bill in.", currency=each.currency)
            outcome.refused.append((each.lines[0].number, reason))
        else:
            fresh.append(each)
    customers, outcome.customers = _customers(seller, fresh, by=by, now=now)
    accounts = _accounts(seller, fresh, customers, now=now)
    wishes = [
        _wish(each, customers[each.customer_ref], accounts[each.customer_ref, each.currency or seller.currency])
        for each in fresh
    ]
    outcome.drafted = len(draft_many(wishes, by=by, now=now))
    return outcome


def _known(seller: SubAccount, invoices: Iterable[InvoiceRead]) -> set[str]:
    """Which of them are drafts or invoices already."""
    origins = [ORIGIN + each.number for each in invoices]
    found: set[str] = set()
    for model in (InvoiceDraft, Invoice):
        query = select(model.origin).where(
            model.sub_account_id == seller.id, model.seller == Seller.SUB_ACCOUNT, model.origin.in_(origins)
        )
        found |= {origin for origin in session.scalars(query) if origin}
    return found


def _customers(
    seller: SubAccount, invoices: Iterable[InvoiceRead], *, by: Actor, now: datetime
) -> tuple[dict[str, Customer], int]:
    """By reference, those that were missing added; how many those were."""
    names = {each.customer_ref: each.customer_name for each in invoices}
    emails = {each.customer_ref: each.customer_email for each in invoices if each.customer_email}
    query = select(Customer).where(Customer.sub_account_id == seller.id, Customer.reference.in_(names))
    found = {str(row.reference): row for row in session.scalars(query)}
    missing = {reference: (name, emails.get(reference)) for reference, name in names.items() if reference not in found}
    payers = {reference: _payer(seller, now) for reference in missing}
    session.add_all(payers.values())
    session.flush()
    session.add_all([_account(seller, payers[reference], *said, now) for reference, said in missing.items()])
    added = {
        reference: Customer(
            id=ids.new_id(),
            sub_account_id=seller.id,
            payer_id=payers[reference].id,
            name=name,
            email=email,
            reference=reference,
            created_at=now,
            created_by=by.name,
        )
        for reference, (name, email) in missing.items()
    }
    session.add_all(added.values())
    session.flush()
    return found | added, len(added)


def _payer(seller: SubAccount, now: datetime) -> Payer:
    return Payer(id=ids.new_id(), sub_account_id=seller.id, kind=PayerKind.CUSTOMER, created_at=now)


def _account(seller: SubAccount, payer: Payer, name: str, email: str | None, now: datetime) -> BillingAccount:
    return BillingAccount(
        sub_account_id=seller.id,
        payer_id=payer.id,
        currency=seller.currency,
        legal_name=name,
        email=email,
        locale=seller.locale,
        country=seller.country,
        tax_ids=[],
        created_at=now,
    )


def _accounts(
    seller: SubAccount, invoices: Iterable[InvoiceRead], customers: dict[str, Customer], *, now: datetime
) -> dict[tuple[str, str], BillingAccount]:
    """By reference and currency; one more is opened for a currency that is new to a customer."""
    references: dict[UUID, str] = {row.payer_id: reference for reference, row in customers.items()}
    rows = session.scalars(select(BillingAccount).where(BillingAccount.payer_id.in_(references)))
    found = {(references[row.payer_id], row.currency): row for row in rows}
    for each in invoices:
        key = each.customer_ref, each.currency or seller.currency
        if key not in found:
            payer = session.get_one(Payer, (seller.agency_id, customers[each.customer_ref].payer_id))
            wish = AccountWish(
                legal_name=customers[each.customer_ref].name,
                email=customers[each.customer_ref].email,
                currency=key[1],
                country=seller.country,
                locale=seller.locale,
            )
            found[key] = open_account(payer, wish, now=now)
    return found


def _wish(each: InvoiceRead, customer: Customer, account: BillingAccount) -> DraftWish:
    return DraftWish(
        account=account,
        seller=Seller.SUB_ACCOUNT,
        customer_id=customer.id,
        lines=[
            LineWish(
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price,
                taxes=[] if line.tax_rate is None else [_tax(f"{line.tax_rate.normalize():f}")],
                revenue=AccountKind.SELLER_SALES,
            )
            for line in each.lines
        ],
        period=(each.day, each.day + timedelta(days=1)),
        custom_fields={str(_("Original number")): each.number},
        origin=ORIGIN + each.number,
    )


def _tax(percent: str) -> TaxSaid:
    return {"name": str(_("Tax")), "percent": percent, "treatment": "taxed", "reason": None}
