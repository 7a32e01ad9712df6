"""An app gives back what it charged; each party gives back its share."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from marketplace.installs.models.charges import AppCharge, AppChargeKind
from marketplace.installs.operations.ledger import credits_of
from marketplace.installs.operations.quoting import AppNotInstalled, CurrencyNotCharged, new_row, refuse_repeated
from marketplace.installs.queries import given_back, locked_install, with_app
from marketplace.installs.rules.shares import taken_back, tax_part
from wallet.credits.operations.give_back import give_back

PAID_BY_WALLET = {AppChargeKind.USAGE, AppChargeKind.ONE_TIME}


class RefundAboveCharge(DomainError):
    status = 422
    field = "amount"
    message = _l("Only %(left)s of this charge is left to give back.")


def refund_usage(
    install_id: UUID, charge_id: UUID, *, event_id: str, amount: Money | None, description: str, now: datetime
) -> AppCharge:
    """Give back a charge to the wallet, or a part, with its tax; each gives back its share in proportion.

    Raises:
        NotFound: no such charge of this install, or none that a wallet paid.
        EventChargedAlready, AppNotInstalled, RefundAboveCharge, CurrencyNotCharged
    """
    found = with_app(locked_install(install_id))
    if found.install.is_over:
        raise AppNotInstalled
    charged = session.get(AppCharge, (scope.agency_id(), charge_id))
    if charged is None or charged.install_id != install_id or charged.kind not in PAID_BY_WALLET:
        raise NotFound
    refuse_repeated(found.install, event_id)
    before = Money(given_back(charged.id), charged.currency)
    wanted = charged.amount - before if amount is None else amount
    if wanted.currency != charged.currency:
        raise CurrencyNotCharged(currency=charged.currency)
    if wanted.micros <= 0 or wanted > charged.amount - before:
        raise RefundAboveCharge(left=charged.amount - before)
    shares = taken_back(charged.shares, before, wanted)
    tax = tax_part(charged.tax, charged.amount, before + wanted) - tax_part(charged.tax, charged.amount, before)
    sources = credits_of(charged, shares, tax)
    transaction = give_back(charged.source_id, wanted + tax, credits_from=sources, description=description, now=now)
    row = new_row(found.install, event_id, -wanted, -shares, tax=-tax, now=now)
    row.kind, row.refers_to_id, row.source_id = AppChargeKind.REFUND, charged.id, transaction.id
    row.app_price_id = charged.app_price_id
    row.description = description or charged.description
    session.add(row)
    session.flush()
    return row
