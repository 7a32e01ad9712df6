"""The platform's own API, as a program outside uses it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import httpx

PATIENCE_SECONDS = 120
# A kept connection stays with one web process, and the other would stand idle.
ONE_USE = httpx.Limits(max_keepalive_connections=0)


class Refused(Exception):
    """The sample asked for something that the platform does not do: a mistake of ours."""


class Api:
    """Speaks for one agency, whose key it holds."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=PATIENCE_SECONDS, limits=ONE_USE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def with_key(self, key: str) -> "Api":
        """The same platform, for somebody else."""
        return Api(self.url, key)

    def send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401  # Whatever JSON the platform answers.
        """A card that declines is an answer like others.

        Raises:
            Refused: the platform refuses for another reason.
        """
        answer = self.http.request(method, path, json=body)
        if answer.is_error and answer.status_code != httpx.codes.PAYMENT_REQUIRED:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def advance(self, moment: datetime) -> None:
        """Let the agency's time pass up to a moment; comes back when all that fell due is done."""
        self.send("POST", "/agency/clock/advance", {"to": moment.isoformat()})
