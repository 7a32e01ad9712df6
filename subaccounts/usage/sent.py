from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID


class Event(NamedTuple):
    """What will be stored, and its number in the body it came from."""

    number: int
    id: str
    sub_account_id: UUID
    meter_id: UUID
    occurred_at: datetime
    written_at: str
    quantity: str
    member: str | None
    corrects: str | None
    properties: Mapping[str, Any] | None

    @property
    def key(self) -> tuple[str, UUID]:
        return self.id, self.sub_account_id

    @property
    def body(self) -> tuple[object, ...]:
        """What makes it the same event when it is sent again."""
        return self.meter_id, self.occurred_at, Decimal(self.quantity), self.member, self.corrects, self.properties
