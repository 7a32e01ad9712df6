from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.plans.models.taxes import STANDARD, Tax
from agency.plans.rules.tax import TaxRateOutOfRange, TaxReasonMissing, Treatment


class RegionWithoutCountry(DomainError):
    status = 422
    field = "country"
    message = _l("Say which country this region is in.")


class UntaxedHasNoRate(DomainError):
    status = 422
    field = "percent"
    message = _l("Reverse charge and exemption have no rate.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxWish:
    """``country`` None holds anywhere; ``effective_from`` None holds from now."""

    name: str
    percent: Decimal = Decimal(0)
    category: str = STANDARD
    country: str | None = None
    region: str | None = None
    treatment: Treatment = Treatment.TAXED
    reason: str | None = None
    effective_from: datetime | None = None


def add_tax(wish: TaxWish, *, by: Actor, now: datetime) -> Tax:
    """Add a rate, or a reason for none.

    Raises:
        TaxRateOutOfRange, TaxReasonMissing, UntaxedHasNoRate, RegionWithoutCountry
    """
    _refuse(wish)
    tax = Tax(**(asdict(wish) | {"effective_from": wish.effective_from or now}), created_at=now)
    session.add(tax)
    session.flush()
    after = {"category": tax.category, "percent": f"{wish.percent:f}", "country": tax.country, "region": tax.region}
    record("tax.added", tax, by=by, now=now, after=after)
    return tax


def rename_tax(tax: Tax, name: str, *, by: Actor, now: datetime) -> None:
    """Set the name that documents show; the rate itself never changes."""
    record_change("tax.changed", tax, {"name": name}, by=by, now=now)


def _refuse(wish: TaxWish) -> None:
    if wish.percent < 0:
        raise TaxRateOutOfRange
    if wish.treatment is not Treatment.TAXED and wish.percent:
        raise UntaxedHasNoRate
    if wish.treatment is not Treatment.TAXED and not wish.reason:
        raise TaxReasonMissing
    if wish.region and not wish.country:
        raise RegionWithoutCountry
