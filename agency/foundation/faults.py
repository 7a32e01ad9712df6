"""Several refusals of one form, told together."""

from collections.abc import Sequence

from agency.foundation.errors import DomainError, InvalidInput


class Refused(InvalidInput):
    """Nothing was stored; every fault stands at its own field, in the order it was found."""

    def __init__(self, faults: Sequence[DomainError]) -> None:
        self.faults = tuple(faults)
        by_field: dict[str, list[str]] = {}
        for fault in faults:
            by_field.setdefault(str(fault.field), []).append(str(fault))
        super().__init__(by_field)
