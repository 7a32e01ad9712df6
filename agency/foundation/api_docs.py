"""The API's readable pages, made from its OpenAPI document: what can be asked, with which scope, and an example."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pprint import pformat
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for

from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.api_document import Json, operations, resolved
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.idempotency.replay import HEADER

docs = outside("api_docs", __name__)
KEY = '"Authorization: Bearer $CARTERA_KEY"'
# Marks what may be left out, and yet an example needs it.
IN_EXAMPLE = "x-in-example"
BLANK = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked: ``fields`` are those of the body, (name, schema, needed)."""

    anchor: str
    method: str
    path: str
    tag: str
    summary: str
    scope: str | None
    parameters: list[Json]
    fields: list[tuple[str, Json, bool]]
    request: str
    program: str
    status: str
    answer: str | None


@docs.get("/api/docs")
@public("The document describes addresses, not anybody's data.")
def show() -> str:
    """How to begin, every operation in a line, and every refusal."""
    document = current_app.extensions["openapi"]
    return render_template(
        "agency/api_docs/page.html",
        introduction=document["info"]["description"].strip().split("\n\n"),
        groups=_groups(document),
        tags=_tags(document),
        refusals=refusals(),
        site=request.host_url.rstrip("/"),
        navigation=_rail(document),
    )


@docs.get("/api/docs/<name>")
@public("The same.")
def show_resource(name: str) -> str:
    """The operations of one resource with their fields, a request to copy, and its answer."""
    document = current_app.extensions["openapi"]
    group = _groups(document).get(name)
    if group is None:
        raise NotFound
    return render_template(
        "agency/api_docs/resource.html",
        name=name,
        description=_tags(document).get(name, ""),
        operations=group,
        navigation=_rail(document),
    )


def _groups(document: Json) -> dict[str, list[Operation]]:
    found = sorted(_operations(document), key=lambda each: each.tag)
    return {tag: list(each) for tag, each in groupby(found, key=lambda each: each.tag)}


def _tags(document: Json) -> dict[str, str]:
    return {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}


def _rail(document: Json) -> list[dict[str, str]]:
    tags = sorted({operation["tags"][0] for _path, _method, operation in operations(document)})
    return [
        {"label": tag, "href": url_for("api_docs.show_resource", name=tag), "icon": "chevron-right", "group": ""}
        for tag in tags
    ]


def refusals() -> list[tuple[str, int, str]]:
    """Every refusal of ours: code, status, and the sentence with its blanks."""
    kinds = {kind for kind in _below(DomainError) if "message" in vars(kind)}
    return sorted((kind.__new__(kind).code, kind.status, BLANK.sub("…", str(kind.message))) for kind in kinds)


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _operations(document: Json) -> Iterator[Operation]:
    for path, method, operation in operations(document):
        shared = document["paths"][path].get("parameters", [])
        parameters = [_whole(each, document) for each in [*shared, *operation.get("parameters", [])]]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        status = next(status for status in sorted(operation["responses"]) if status.startswith("2"))
        content = operation["responses"][status].get("content", {}).get("application/json")
        yield Operation(
            anchor=f"{method}-{path.removeprefix('/api/v1/').replace('/', '-').replace('{', '').replace('}', '')}",
            method=method.upper(),
            path=path,
            tag=operation["tags"][0],
            summary=operation.get("summary", "").rstrip("."),
            scope=operation.get("x-scope"),
            parameters=parameters,
            fields=list(_fields(body["schema"], document)) if body else [],
            request=_curl(method, path, parameters, body),
            program=_python(method, path, parameters, body),
            status=status,
            answer=_pretty(content["example"]) if content else None,
        )


def _fields(schema: Json, document: Json) -> Iterator[tuple[str, Json, bool]]:
    whole = _whole(schema, document)
    for name, field in whole.get("properties", {}).items():
        yield name, _whole(field, document), name in whole.get("required", [])


def _whole(part: Json, document: Json) -> Json:
    return resolved(part["$ref"], document) if "$ref" in part else part


def _curl(method: str, path: str, parameters: list[Json], body: Json | None) -> str:
    """The request as one types it into a shell; ids in the address are to be filled in."""
    lines = [f"curl{'' if method == 'get' else f' -X {method.upper()}'} {shlex.quote(_address(path, parameters))}"]
    lines.append(f"-H {KEY}")
    if any(parameter["name"] == HEADER for parameter in parameters):
        lines.append(f'-H "{HEADER}: $(date +%s%N)"')
    if body:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_pretty(body['example']))}"]
    return " \\\n  ".join(lines)


def _python(method: str, path: str, parameters: list[Json], body: Json | None) -> str:
    """The same with nothing but Python's own library."""
    lines = ["import json, os, urllib.request", ""]
    headers = ['"Authorization": "Bearer " + os.environ["CARTERA_KEY"]']
    given = [repr(_address(path, parameters)), f'method="{method.upper()}"']
    if body:
        lines.append(f"body = {pformat(body['example'], sort_dicts=False)}")
        headers.append('"Content-Type": "application/json"')
        given.append("data=json.dumps(body).encode()")
    lines.append(f"headers = {{{', '.join(headers)}}}")
    lines.append(f"request = urllib.request.Request({', '.join([*given, 'headers=headers'])})")
    lines += ["with urllib.request.urlopen(request) as answer:", "    print(answer.status, answer.read().decode())"]
    return "\n".join(lines)


def _address(path: str, parameters: list[Json]) -> str:
    asked = {
        each["name"]: each["schema"]["example"]
        for each in parameters
        if each["in"] == "query" and (each.get("required") or IN_EXAMPLE in each["schema"])
    }
    return f"{request.host_url.rstrip('/')}{path}{'?' if asked else ''}{urlencode(asked)}"


def _pretty(example: object) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
