"""Explain this charge: the app behind a debit, its event, price, limits, tax; the split is for the agency alone."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation.database.session import session
from agency.foundation.i18n import money, number
from agency.foundation.tenancy import scope
from agency.plans.words import rate
from agency.tenants.queries import sub_account
from marketplace.catalogue.models.apps import AppPrice
from marketplace.installs.models.charges import AppCharge, AppChargeKind
from marketplace.installs.models.installs import Install
from marketplace.installs.queries import Installed, limits, refunds_of, with_app
from marketplace.installs.rules.limits import Span
from wallet.credits.explanations import Step

LIMITS = {Span.DAY: _l("Daily limit"), Span.MONTH: _l("Monthly limit")}


def explain_app_charge(charge_id: UUID) -> Iterable[Step]:
    """From the app and its event to what it gave back; a hold that was not captured has nothing behind it."""
    charge = session.get(AppCharge, (scope.agency_id(), charge_id))
    if charge is None:
        return
    found = with_app(session.get_one(Install, (scope.agency_id(), charge.install_id)))
    yield Step(kind="app", title=found.app.name, detail=charge.description, subject=found.install.public_id)
    if charge.kind is AppChargeKind.USAGE:
        yield from _usage(charge, found)
    yield Step(
        kind="usage", title=_("The app's charge"), amount=charge.amount, subject=charge.public_id, at=charge.charged_at
    )
    if charge.tax:
        yield Step(kind="tax", title=_("Tax"), amount=charge.tax)
    yield from _split(charge)
    for back in refunds_of(charge.id):
        yield Step(kind="refund", title=_("Given back by the app"), amount=-back.total, at=back.charged_at)


def _usage(charge: AppCharge, found: Installed) -> Iterable[Step]:
    price = session.get_one(AppPrice, charge.app_price_id)
    said = f"{number(charge.quantity)} {price.unit}" if charge.quantity is not None else ""
    yield Step(kind="event", title=_("Event %(id)s", id=charge.event_id), detail=said, at=charge.charged_at)
    if charge.unit_price is not None:
        asked = rate(charge.unit_price, charge.currency)
        detail = _("%(amount)s per %(unit)s", amount=asked, unit=price.unit)
        if price.amount is None:
            detail = _("%(price)s, named by the app within its bounds", price=detail)
        yield Step(kind="price", title=_("Price"), detail=detail, subject=price.public_id)
    for limit in limits(found, sub_account(charge.sub_account_id), now=charge.charged_at, until=charge):
        detail = _("%(spent)s of %(limit)s with this charge", spent=money(limit.spent), limit=money(limit.limit))
        yield Step(kind="limit", title=LIMITS[limit.span], detail=detail)


def _split(charge: AppCharge) -> Iterable[Step]:
    shares = charge.shares
    parts = (
        (_("The publisher's share"), shares.developer),
        (_("Your share"), shares.agency),
        (_("The platform's share"), shares.platform),
    )
    for title, amount in parts:
        yield Step(kind="margin", title=title, amount=amount, for_agency_only=True)
