from dataclasses import dataclass
from datetime import datetime

from agency.foundation.actor import Actor
from agency.tenants.models import Agency, SubAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyOpened:
    agency: Agency
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccountOpened:
    sub_account: SubAccount
    by: Actor
    at: datetime
