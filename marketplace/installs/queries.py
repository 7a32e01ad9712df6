from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from marketplace.catalogue.models.apps import App
from marketplace.catalogue.models.offers import AppOffer
from marketplace.installs.models.charges import AppCharge, AppChargeKind, AppHold
from marketplace.installs.models.installs import Install
from marketplace.installs.rules.limits import Limit, Span, first_moment, tightest
from wallet.credits.models.holds import Hold, HoldState

USAGE = (AppChargeKind.USAGE, AppChargeKind.REFUND)


def install(install_id: UUID, *, sub_account_id: UUID | None = None) -> Install:
    """One install within reach; an app's key reaches its own alone.

    Raises:
        NotFound
    """
    found = session.get(Install, (scope.agency_id(), install_id))
    if found is None or found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    if g.get("install_id") not in {None, found.id}:
        raise NotFound
    return found


def locked_install(install_id: UUID) -> Install:
    """The same, for this transaction alone: what an app may spend is decided once at a time."""
    found = install(install_id)
    session.refresh(found, with_for_update=True)
    return found


def installs(
    *,
    sub_account_id: UUID | None = None,
    app_id: UUID | None = None,
    running: bool | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Install]:
    """Newest first; ``running``: those that are not removed, or (False) those that are."""
    query = select(Install)
    if g.get("install_id") is not None:
        query = query.where(Install.id == g.install_id)
    if sub_account_id is not None:
        query = query.where(Install.sub_account_id == sub_account_id)
    if app_id is not None:
        query = query.where(Install.app_id == app_id)
    if running is not None:
        query = query.where(Install.removed_at.is_(None) if running else Install.removed_at.is_not(None))
    return paged(query, Install.id, cursor=cursor, limit=limit)


def running_install(sub_account_id: UUID, app_id: UUID) -> Install | None:
    return session.scalar(
        select(Install).where(
            Install.sub_account_id == sub_account_id, Install.app_id == app_id, Install.removed_at.is_(None)
        )
    )


def running_installs(sub_account_id: UUID) -> dict[UUID, Install]:
    """What is installed at a client, by app."""
    found = select(Install).where(Install.sub_account_id == sub_account_id, Install.removed_at.is_(None))
    return {row.app_id: row for row in session.scalars(found)}


def newest_installs(offer_ids: Iterable[UUID], sub_account_ids: Iterable[UUID]) -> Sequence[Install]:
    """The newest install of each offer at each of these clients."""
    return session.scalars(
        select(Install)
        .where(Install.offer_id.in_(set(offer_ids)), Install.sub_account_id.in_(set(sub_account_ids)))
        .ext(distinct_on(Install.offer_id, Install.sub_account_id))
        .order_by(Install.offer_id, Install.sub_account_id, Install.id.desc())
    ).all()


def charge_of(charge_id: UUID, *, install_id: UUID) -> AppCharge:
    """Raises NotFound: none such of this install."""
    found = session.get(AppCharge, (scope.agency_id(), charge_id))
    if found is None or found.install_id != install_id:
        raise NotFound
    return found


def charges(install_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[AppCharge]:
    """What an app took and gave back, newest first."""
    return paged(select(AppCharge).where(AppCharge.install_id == install_id), AppCharge.id, cursor=cursor, limit=limit)


def spent_by_install(install_ids: Iterable[UUID]) -> dict[UUID, Money]:
    """What each took in all with its tax, given back counted off."""
    rows = session.execute(
        select(AppCharge.install_id, AppCharge.currency, func.sum(AppCharge.amount_micros + AppCharge.tax_micros))
        .where(AppCharge.install_id.in_(set(install_ids)))
        .group_by(AppCharge.install_id, AppCharge.currency)
    )
    return {install_id: Money(int(total), currency) for install_id, currency, total in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An install with its app and its agency's offer."""

    install: Install
    app: App
    offer: AppOffer


def with_app(row: Install) -> Installed:
    app = session.get_one(App, row.app_id)
    offer = session.get_one(AppOffer, (scope.agency_id(), row.offer_id))
    return Installed(install=row, app=app, offer=offer)


def limits(found: Installed, sub_account: SubAccount, *, now: datetime, until: AppCharge | None = None) -> list[Limit]:
    """The limits that hold, each with what counts against it; ``until``: what charges up to that one came to."""
    owners = (found.app, found.offer, found.install)
    wanted = {
        Span.DAY: tightest(owner.daily_limit_micros for owner in owners),
        Span.MONTH: tightest(owner.monthly_limit_micros for owner in owners),
    }
    currency, zone = found.install.currency, ZoneInfo(sub_account.time_zone)
    held = _held(found.install.id) if until is None and any(limit is not None for limit in wanted.values()) else 0
    return [
        Limit(
            span=span,
            limit=Money(limit, currency),
            spent=Money(_spent(found.install.id, first_moment(span, now, zone), until) + held, currency),
        )
        for span, limit in wanted.items()
        if limit is not None
    ]


def _spent(install_id: UUID, since: datetime, until: AppCharge | None) -> int:
    of_usage = select(func.sum(AppCharge.amount_micros)).where(
        AppCharge.install_id == install_id, AppCharge.charged_at >= since, AppCharge.kind.in_(USAGE)
    )
    if until is not None:
        of_usage = of_usage.where(AppCharge.charged_at <= until.charged_at, AppCharge.id <= until.id)
    return int(session.scalar(of_usage) or 0)


def _held(install_id: UUID) -> int:
    total = session.scalar(
        select(func.sum(Hold.amount - AppHold.tax_micros))
        .join(AppHold, (AppHold.agency_id == Hold.agency_id) & (AppHold.hold_id == Hold.id))
        .where(AppHold.install_id == install_id, Hold.state == HoldState.OPEN)
    )
    return int(total or 0)


def given_back(charge_id: UUID) -> int:
    """What of a charge was given back, in micros."""
    total = session.scalar(select(func.sum(AppCharge.amount_micros)).where(AppCharge.refers_to_id == charge_id))
    return -int(total or 0)


def refunds_of(charge_id: UUID) -> Sequence[AppCharge]:
    """What was given back of a charge, the oldest first."""
    return session.scalars(select(AppCharge).where(AppCharge.refers_to_id == charge_id).order_by(AppCharge.id)).all()
