"""The OpenAPI document made complete: examples everywhere, the scope of each operation, keys that do a POST once."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from flask import Flask

from agency.foundation.access.marks import mark_of
from agency.foundation.idempotency.replay import HEADER

Json: TypeAlias = dict[str, Any]
PROBLEM = "application/problem+json"
PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
# Marks what an example is better without: it belongs to some requests alone.
LEFT_OUT = "x-left-out"
SAMPLES = {
    "date-time": "2026-03-31T18:00:00Z",
    "date": "2026-03-31",
    "string": "text",
    "integer": 1,
    "number": 1,
    "boolean": True,
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Sent again with the same body, the request is answered as before and not done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "7f1c1a52-2f0e-4d5a-9a43-1c8e6ad0f9f2",
}


def complete(document: Json, app: Flask) -> Json:
    """Add to each operation what its view says and its schemas exemplify; changes the document it is given."""
    views = dict(_views(app))
    for path, method, operation in operations(document):
        view = views[path, method]
        mark = mark_of(view, method)
        operation["x-scope"] = mark.permission if mark else None
        if getattr(_function(view, method), "is_idempotent", False):
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        for content in _contents(operation):
            content.setdefault("example", sample(content["schema"], document))
    for refusal in document["components"].get("responses", {}).values():
        refusal["content"] = {PROBLEM: refusal["content"]["application/json"]}
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation with its path and method."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def sample(schema: Json, document: Json) -> Any:  # noqa: ANN401  # JSON of any kind.
    """What a value of the schema looks like, made of the examples of its fields."""
    if "$ref" in schema:
        return sample(resolved(schema["$ref"], document), document)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    for choices in ("anyOf", "allOf", "oneOf"):
        if choices in schema:
            return sample(schema[choices][0], document)
    return _sample_of_type(schema, document)


def _sample_of_type(schema: Json, document: Json) -> Any:  # noqa: ANN401  # The same.
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return None
    if kind == "array":
        return [sample(schema["items"], document)]
    if kind == "object":
        shown = {name: inner for name, inner in schema.get("properties", {}).items() if LEFT_OUT not in inner}
        return {name: sample(inner, document) for name, inner in shown.items()}
    form = schema.get("format")
    return schema.get("default", SAMPLES[form if form in SAMPLES else kind])


def resolved(reference: str, document: Json) -> Json:
    """The part of the document that a ``#/components/...`` names."""
    found = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _contents(operation: Json) -> Iterator[Json]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation["responses"].values():
        yield from answer.get("content", {}).values()


def _views(app: Flask) -> Iterator[tuple[tuple[str, str], Any]]:
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            yield (PARAMETER.sub(r"{\1}", rule.rule), method.lower()), app.view_functions[rule.endpoint]


def _function(view: Any, method: str) -> Any:  # noqa: ANN401  # A view, or the method of a class of views.
    return getattr(getattr(view, "view_class", view), method, view)
