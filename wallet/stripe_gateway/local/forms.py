"""Stripe's form encoding: `metadata[order]=7` and `expand[0]=customer` to nested values."""

import re
from typing import Any
from urllib.parse import parse_qsl

_STEP = re.compile(r"\[([^\]]*)\]")


def decoded(form: str) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        _put(root, _steps(name), value)
    return {name: _with_lists(value) for name, value in root.items()}


def _steps(name: str) -> list[str]:
    head = name.split("[", 1)[0]
    return [head, *_STEP.findall(name[len(head) :])]


def _put(node: dict[str, Any], steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        child = node.setdefault(step or str(len(node)), {})
        if not isinstance(child, dict):
            return
        node = child
    node[steps[-1] or str(len(node))] = value


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - A form holds strings, lists and mappings at any depth.
    if not isinstance(value, dict):
        return value
    if value and all(step.isdigit() for step in value):
        return [_with_lists(value[step]) for step in sorted(value, key=int)]
    return {step: _with_lists(child) for step, child in value.items()}
