"""What happened in an agency, told act by act: calls of its API that name what earlier ones answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agency.demo.sample.api import Api

METHODS = ("get", "post", "put", "patch", "delete")

Said = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Story:
    """``acts`` come from a file of ``demo/data``. A name in braces stands for what ``known`` holds under it.

    An act's ``as`` keeps its answer: ``{invoices[data][0][id]}`` is the first id of a list kept as ``invoices``.
    """

    api: Api
    acts: Sequence[Said]
    known: dict[str, Any]

    def play(self, week: int) -> None:
        for act in self.acts:
            if act["week"] == week:
                self._happen(act)

    def _happen(self, act: Said) -> None:
        client = act.get("client", "")
        known = self.known | {
            "sub_account": self.known.get(client),
            "subscription": self.known.get(f"{client} plan"),
        }
        method = next(name for name in METHODS if name in act)
        answer = self.api.send(method.upper(), act[method].format_map(known), filled(act.get("body"), known))
        if "as" in act:
            self.known[act["as"]] = answer


def filled(said: Any, known: Said) -> Any:  # noqa: ANN401  # Whatever JSON a file holds.
    """``said`` with every name in braces replaced."""
    if isinstance(said, str):
        return said.format_map(known)
    if isinstance(said, list):
        return [filled(each, known) for each in said]
    if isinstance(said, dict):
        return {name: filled(each, known) for name, each in said.items()}
    return said
