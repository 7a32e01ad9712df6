"""What the demo tells about the sample it was filled with."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from agency.foundation.embedded.folder import write_private

PASSWORD = "cartera-demo-2026"  # noqa: S105  # Everybody's in the demo, printed at its start.


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInTold:
    email: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """``agency_id`` and its key are what the ready file names; the guest of ``portal`` signs in by a mailed link."""

    agency_id: str
    agency_api_key: str
    people: Sequence[SignInTold]
    portal: str | None = None
    portal_email: str | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        kept = json.loads(path.read_text())
        people = [SignInTold(**person) for person in kept.pop("people")]
        return cls(**kept, people=people)

    def write(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)))
