from dataclasses import dataclass
from datetime import datetime

from agency.webhooks.models import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSwitchedOff:
    """By the platform: the receiver said that it is gone, or has taken nothing for days."""

    endpoint: Endpoint
    at: datetime
