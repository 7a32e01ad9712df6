"""Who acts: a person, a key, the operator's command line, or the platform itself."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    kind: str
    name: str
    id: UUID | None = None
    address: str | None = None
    request_id: str | None = None


PLATFORM = Actor(kind="platform", name="Cartera")
OPERATOR = Actor(kind="operator", name="cartera")
