from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.plans import queries
from agency.plans.models.prices import Price
from agency.plans.operations.prices import ModelUnfit, ProductArchived, effective, keep_cost, record_price
from agency.plans.rules.components import MODELS
from agency.plans.rules.resale import sell
from agency.plans.rules.terms import PriceTerms
from agency.tenants.models import SubAccount


class PriceArchived(DomainError):
    message = _l("This price is archived. Restore it first.")


class CurrencyFixed(DomainError):
    status = 422
    field = "currency"
    message = _l("A new version keeps its currency. For another currency add another price.")


class CurrencyOfAnotherClient(DomainError):
    status = 422
    field = "sub_account_id"
    message = _l("This client pays in another currency.")


class EffectiveBeforeTheLatest(DomainError):
    status = 422
    field = "effective_from"
    message = _l("A newer version begins later than this. Begin with it, or after it.")


def add_version(
    price: Price,
    terms: PriceTerms,
    *,
    by: Actor,
    now: datetime,
    wholesale_cost: Decimal | None = None,
    sub_account: SubAccount | None = None,
    effective_from: datetime | None = None,
) -> Price:
    """Add the next version of a price's line, for everybody or for one sub-account; older ones stay as they were.

    Raises:
        DomainError: one of those above, each at its field.
        PriceRefused: faults of the terms, each at its field.
    """
    _refuse_other_money(price, terms, sub_account)
    if terms.model not in MODELS[price.component]:
        raise ModelUnfit
    sale = sell(terms, wholesale_cost=wholesale_cost)
    line = _locked_line(price)
    begins = effective(effective_from, now)
    latest = queries.latest_version(line.id, sub_account.id if sub_account else None)
    if latest is not None and begins < latest.effective_from:
        raise EffectiveBeforeTheLatest
    version = Price(
        product_id=line.product_id,
        line_id=line.id,
        sub_account_id=sub_account.id if sub_account else None,
        version=latest.version + 1 if latest else 1,
        component=line.component,
        name=line.name,
        meter_id=line.meter_id,
        interval=line.interval,
        interval_count=line.interval_count,
        currency=line.currency,
        terms=sale.retail,
        effective_from=begins,
        created_at=now,
        created_by=by.name,
    )
    session.add(version)
    session.flush()
    keep_cost(version, terms, sale)
    record_price("price.version_added", version, by=by, now=now)
    return version


def _refuse_other_money(price: Price, terms: PriceTerms, sub_account: SubAccount | None) -> None:
    if terms.currency != price.currency:
        raise CurrencyFixed
    if sub_account is not None and sub_account.currency != price.currency:
        raise CurrencyOfAnotherClient


def _locked_line(price: Price) -> Price:
    """The line's first version, locked, so that two new versions are made one after the other."""
    line = session.get_one(Price, (price.agency_id, price.line_id))
    session.refresh(line, with_for_update=True)
    if line.is_archived:
        raise PriceArchived
    if line.product.is_archived:
        raise ProductArchived
    return line
