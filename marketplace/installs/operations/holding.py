"""An installed app reserves what usage will cost, then captures or releases it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.exact import exactly, to_micros
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from marketplace.catalogue.rules import UnitPrice
from marketplace.installs.models.charges import AppCharge, AppHold
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.charging import SOURCE
from marketplace.installs.operations.ledger import revenue_of, share_capture
from marketplace.installs.operations.quoting import (
    AppNotInstalled,
    NothingToCharge,
    Usage,
    guarded,
    new_row,
    shares_at,
)
from marketplace.installs.queries import Installed, install, locked_install, with_app
from marketplace.installs.rules.shares import tax_part
from wallet.credits.models.holds import Hold
from wallet.credits.operations.hold_ends import capture, release
from wallet.credits.operations.holds import CaptureAboveHold, HoldWish, find_hold, hold


def hold_usage(install_id: UUID, usage: Usage, *, expires_at: datetime, now: datetime) -> Hold:
    """Reserve what usage will cost with its tax; it counts against the limits as if it were spent.

    Raises:
        DomainError: as ``charge_usage``, and as ``wallet.credits.operations.holds.hold``.
    """
    found, quoted = guarded(install_id, usage, now=now)
    row = found.install
    wish = HoldWish(
        sub_account_id=row.sub_account_id,
        amount=quoted.total,
        source_type=SOURCE,
        source_id=ids.new_id(),
        expires_at=expires_at,
        description=f"{found.app.name}: {usage.description or quoted.name}",
        product_id=found.offer.product_id,
        credit=revenue_of(row),
    )
    held = hold(wish, now=now)
    session.add(
        AppHold(
            hold_id=held.id,
            sub_account_id=row.sub_account_id,
            install_id=row.id,
            event_id=usage.event_id,
            app_price_id=quoted.price_id,
            quantity=usage.quantity,
            unit_price=quoted.price.retail,
            list_price=quoted.price.listed,
            tax_micros=quoted.tax.micros,
        )
    )
    session.flush()
    return held


def capture_usage(install_id: UUID, hold_id: UUID, *, quantity: Decimal | None, now: datetime) -> AppCharge:
    """Spend what an open hold reserves, for the quantity that it came to; the rest is released.

    Raises:
        NotFound: no such hold of this install.
        AppNotInstalled, HoldEnded, CaptureAboveHold
    """
    found, row, held = _held(locked_install(install_id), hold_id)
    if found.install.is_over:
        raise AppNotInstalled
    used = row.quantity if quantity is None else quantity
    with exactly():
        amount = to_micros(row.unit_price * used, held.currency)
    tax = Money(row.tax_micros, held.currency)
    without_tax = held.money - tax
    if amount > without_tax:
        raise CaptureAboveHold(held=without_tax)
    if amount.micros <= 0:
        raise NothingToCharge
    shares = shares_at(found, amount, UnitPrice(row.list_price, row.unit_price))
    of_tax = tax_part(tax, without_tax, amount)
    charged = new_row(found.install, row.event_id, amount, shares, tax=of_tax, now=now)
    charged.id = held.source_id  # The wallet's line of the capture names it.
    charged.app_price_id, charged.quantity, charged.unit_price = row.app_price_id, used, row.unit_price
    charged.description = held.description
    charged.source_id = capture(held, charged.total, now=now).id
    share_capture(charged, shares, now=now)
    session.add(charged)
    session.flush()
    return charged


def release_usage(install_id: UUID, hold_id: UUID, *, now: datetime) -> Hold:
    """Free an open hold.

    Raises:
        NotFound, HoldEnded
    """
    _found, _row, held = _held(locked_install(install_id), hold_id)
    release(held, now=now)
    return held


def find_app_hold(install_id: UUID, hold_id: UUID) -> Hold:
    """Raises NotFound: no such hold of this install."""
    return _held(install(install_id), hold_id)[2]


def _held(of: Install, hold_id: UUID) -> tuple[Installed, AppHold, Hold]:
    row = session.get(AppHold, (scope.agency_id(), hold_id))
    if row is None or row.install_id != of.id:
        raise NotFound
    return with_app(of), row, find_hold(hold_id, sub_account_id=of.sub_account_id)
