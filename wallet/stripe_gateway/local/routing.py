"""What a resource serves: method, path, the SDK's type of the parameters, and the work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from wallet.stripe_gateway.local.refusals import Refusal

Work = Callable[..., Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Route:
    """`publishable` says that a browser may call it: with an intent's client secret, or to create a method."""

    method: str
    path: str
    work: Work
    terms: type
    publishable: bool = False
    unserved: frozenset[str] = frozenset()


class Router(Generic[T]):
    def __init__(self, routes: Sequence[tuple[str, str, T]]) -> None:
        rules = [Rule(path, methods=[method], endpoint=target) for method, path, target in routes]
        self._map = Map(rules, redirect_defaults=False, strict_slashes=False).bind("localhost")

    def match(self, method: str, path: str) -> tuple[T, dict[str, str]]:
        try:
            target, named = self._map.match(path, method)
        except HTTPException as error:
            message = f"Unrecognized request URL ({method}: {path})."
            raise Refusal(404, "invalid_request_error", message) from error
        return target, dict(named)
