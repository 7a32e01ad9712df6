"""Stripe's form encoding: `metadata[order]=7` and `expand[0]=customer` to nested mappings."""

import re
from typing import Any
from urllib.parse import parse_qsl

_STEP = re.compile(r"\[([^\]]*)\]")


def decoded(form: str) -> dict[str, Any]:
    """A list comes out as a mapping of places: only the parameter's type can tell it from metadata named 0, 1."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        _put(root, _steps(name), value)
    return root


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
