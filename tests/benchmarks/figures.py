"""What a benchmark answers: a value, the limit measured in the same run, and how near it was to come."""

import importlib
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """``ratio`` is value to limit; ``reach`` is what the ratio (or, where ``limit`` is a time, the value) must meet.

    ``smaller_is_better``: the limit is a most, as with seconds and megabytes.
    """

    name: str
    value: float
    unit: str
    limit: float
    reach: float
    smaller_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.limit

    @property
    def met(self) -> bool:
        return self.ratio <= self.reach if self.smaller_is_better else self.ratio >= self.reach

    def told(self) -> dict[str, object]:
        kept = asdict(self)
        del kept["name"], kept["smaller_is_better"]
        return kept | {"ratio": round(self.ratio, 3), "met": self.met}


def measured(name: str) -> list[Figure]:
    """What the benchmark of that module comes to now."""
    found: list[Figure] = importlib.import_module(f"tests.benchmarks.{name}").run()
    return found
