"""Valid bodies and queries for the API's addresses, taken from the examples of its own document."""

import re
from functools import cache
from typing import Any

from flask import Flask


@cache
def document(app: Flask) -> dict[str, Any]:
    return app.test_client().get("/api/v1/openapi.json").json


def path_of(rule: str) -> str:
    """A route's address as the document writes it."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule)


def is_documented(app: Flask, rule: str, method: str) -> bool:
    return method.lower() in document(app)["paths"].get(path_of(rule), {})


def operation(app: Flask, rule: str, method: str) -> dict[str, Any]:
    return document(app)["paths"][path_of(rule)][method.lower()]


def body(app: Flask, rule: str, method: str) -> Any:
    content = operation(app, rule, method).get("requestBody", {}).get("content", {}).get("application/json")
    return None if content is None else content.get("example") or _of(app, content["schema"])


def query(app: Flask, rule: str, method: str) -> dict[str, Any]:
    """Of the parameters that must be there."""
    parameters = operation(app, rule, method).get("parameters", [])
    asked = [parameter for parameter in parameters if parameter["in"] == "query" and parameter.get("required")]
    return {parameter["name"]: parameter.get("example") or _of(app, parameter["schema"]) for parameter in asked}


def _of(app: Flask, schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _of(app, document(app)["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "example" in schema:
        return schema["example"]
    if schema.get("type") == "array":
        return [_of(app, schema["items"])]
    if "properties" in schema:
        required = set(schema.get("required", schema["properties"]))
        return {name: _of(app, inner) for name, inner in schema["properties"].items() if name in required}
    return schema.get("enum", [PLAIN.get(str(schema.get("type")), "x")])[0]


PLAIN = {"integer": 1, "boolean": True, "number": 1}
