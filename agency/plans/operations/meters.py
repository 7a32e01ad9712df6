from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.plans.models.meters import Meter
from agency.plans.rules.aggregation import Aggregation


class MeterCodeTaken(DomainError):
    status = 422
    field = "code"
    message = _l("Another meter has this code.")


class MeterBuiltIn(DomainError):
    message = _l("This meter is built in: its name and unit cannot be changed.")


class PropertyMissing(DomainError):
    status = 422
    field = "unique_by"
    message = _l("Only a unique count has such a property.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterWish:
    code: str
    name: str
    unit: str
    aggregation: Aggregation = Aggregation.SUM
    unique_by: str | None = None


# Their words are translated where they are shown (`words.py`); these are for exports and the API.
BUILT_IN = (
    MeterWish(code="leads", name="Leads created", unit="lead", aggregation=Aggregation.COUNT),
    MeterWish(code="calls", name="Calls made", unit="call", aggregation=Aggregation.COUNT),
    MeterWish(code="call_minutes", name="Call minutes", unit="minute"),
    MeterWish(code="emails", name="E-mails sent", unit="e-mail"),
    MeterWish(code="sms_segments", name="SMS segments", unit="segment"),
)


def add_built_in_meters(*, now: datetime) -> None:
    """The five that every agency begins with."""
    for wish in BUILT_IN:
        session.add(Meter(**asdict(wish), is_built_in=True, created_at=now))
    session.flush()


def add_meter(wish: MeterWish, *, by: Actor = PLATFORM, now: datetime) -> Meter:
    """Add a meter of the agency's own.

    Raises:
        MeterCodeTaken: another meter, archived or not, has the code.
        PropertyMissing: a property to tell apart by, on a meter that tells nothing apart.
    """
    if wish.unique_by and wish.aggregation is not Aggregation.UNIQUE_COUNT:
        raise PropertyMissing
    meter = Meter(**asdict(wish), created_at=now)
    with unique(MeterCodeTaken, "uq_meters_agency_id_code"):
        session.add(meter)
    record("meter.added", meter, by=by, now=now, after=asdict(wish))
    return meter


def change_meter(meter: Meter, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set name and unit; code and aggregation are fixed, because past usage was counted by them.

    Raises:
        MeterBuiltIn: the five are the same for everybody.
    """
    if changes and meter.is_built_in:
        raise MeterBuiltIn
    record_change("meter.changed", meter, changes, by=by, now=now)
