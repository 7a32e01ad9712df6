"""`expand`: ids in an answer replaced by the objects they name."""

from typing import Any

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json, invalid


def expand(call: Call, body: Json, paths: list[str]) -> Json:
    for path in paths:
        _grow(call, body, path.split("."), path)
    return body


def _grow(call: Call, node: Any, steps: list[str], path: str) -> None:  # noqa: ANN401 - Any part of an answer.
    if isinstance(node, list):
        for item in node:
            _grow(call, item, steps, path)
    elif isinstance(node, dict) and steps:
        _grow_member(call, node, steps, path)


def _grow_member(call: Call, node: Json, steps: list[str], path: str) -> None:
    name, *rest = steps
    if name not in node:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(node[name], str):
        found = call.store.find(call.account, node[name])
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        node[name] = found
    _grow(call, node[name], rest, path)
