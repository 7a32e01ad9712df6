"""A request as it came over the wire, and the answer to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from wallet.stripe_gateway.local.forms import decoded
from wallet.stripe_gateway.local.refusals import Json, invalid


class ConnectionCut(Exception):
    """No answer: the connection is closed instead."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def values(self) -> Json:
        """The parameters: of the query for GET and DELETE, of the form otherwise."""
        return decoded(self.content.decode(errors="replace") if self.method == "POST" else self.query)

    @property
    def origin(self) -> str:
        return f"http://{self.headers.get('Host', '')}"

    @cached_property
    def document(self) -> Json:
        """The JSON body of a control call; empty when there is none."""
        try:
            document = json.loads(self.content or b"{}")
        except ValueError as error:
            raise invalid(f"The body is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise invalid("The body is to be a JSON object.")
        return document


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), headers=named)
