"""Real text messages, and how many segments a carrier makes of each."""

from collections.abc import Iterator
from itertools import cycle
from math import ceil

from agency.demo.sample.data import DATA

FILE = DATA / "sms-messages.tsv"
# Characters of a message alone, and of each part of a longer one: GSM 03.38 and 03.40.
GSM_7, UCS_2 = (160, 153), (70, 67)


class Messages:
    """Handed out one after the other, from the first again when all were sent."""

    def __init__(self) -> None:
        self._texts = self._endless()

    def segments(self) -> int:
        return segments_of(next(self._texts))

    def _endless(self) -> Iterator[str]:
        lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
        return cycle([line.partition("\t")[2] for line in lines])


def segments_of(text: str) -> int:
    """What a text is billed as; anything outside ASCII counts as UCS-2 here."""
    alone, each = GSM_7 if text.isascii() else UCS_2
    return 1 if len(text) <= alone else ceil(len(text) / each)
