"""Faults on demand: what may go wrong between us and the processor, staged for the next matching requests."""

import threading
import time
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase

from wallet.stripe_gateway.local.exchange import Answer, ConnectionCut, Request, as_json
from wallet.stripe_gateway.local.refusals import Json, invalid

KINDS = ("slow", "error", "rate_limit", "cut")
MOMENTS = ("before", "after")


@dataclass
class Fault:
    """`after` means: the work is committed and its answer saved, only the reply is late or lost.

    `skip` lets that many matching requests pass first; `body` narrows by top-level parameters; `saved` makes an error
    the lasting answer under the request's idempotency key, as Stripe keeps a 500 too.
    """

    kind: str
    when: str = "before"
    method: str = "*"
    path: str = "/v1/*"
    body: Json | None = None
    skip: int = 0
    times: int = 1
    seconds: float = 1.0
    status: int = 500
    saved: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.when not in MOMENTS:
            raise invalid(f"A fault's kind is one of {', '.join(KINDS)}, its moment one of {', '.join(MOMENTS)}.")

    def meets(self, request: Request) -> bool:
        return (
            self.times > 0
            and fnmatchcase(request.method, self.method)
            and fnmatchcase(request.path, self.path)
            and all(request.values.get(name) == value for name, value in (self.body or {}).items())
        )

    def happen(self) -> Answer | None:
        """Wait, hang up, or answer with an error; None when the request goes on."""
        if self.kind == "slow":
            time.sleep(self.seconds)
            return None
        if self.kind == "cut":
            raise ConnectionCut
        if self.kind == "rate_limit":
            return as_json({"error": {"type": "invalid_request_error", "code": "rate_limit", "message": _LIMITED}}, 429)
        return as_json({"error": {"type": "api_error", "message": _FAILED}}, self.status)


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._staged: list[Fault] = []

    def stage(self, terms: Json) -> Json:
        try:
            fault = Fault(**terms)
        except TypeError as error:
            raise invalid(str(error)) from error
        with self._lock:
            self._staged.append(fault)
        return asdict(fault)

    def due(self, request: Request, when: str) -> list[Fault]:
        """Every fault that this request meets at this moment, counted down."""
        with self._lock:
            met = [fault for fault in self._staged if fault.when == when and fault.meets(request)]
            struck = [fault for fault in met if not fault.skip]
            for fault in met:
                if fault.skip:
                    fault.skip -= 1
                else:
                    fault.times -= 1
            self._staged = [fault for fault in self._staged if fault.times > 0]
            return struck

    def staged(self) -> list[Json]:
        with self._lock:
            return [asdict(fault) for fault in self._staged]

    def clear(self) -> None:
        with self._lock:
            self._staged.clear()


_LIMITED = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."
_FAILED = "An unknown error occurred."
