"""Carries events to the webhook endpoints: again after a failure, and as unruly as a test wants it."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter

import httpx

from agency.foundation import clock
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.store import Store
from wallet.stripe_gateway.local.webhooks.signature import signature

ORDERS = ("kept", "reversed", "shuffled")
_PATIENCE_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 3600
_MOST_ATTEMPTS = 20
_IDLE_SECONDS = 60.0
_BATCH = 500


@dataclass(frozen=True)
class Manner:
    """How events travel: held back, each of them `copies` times, in some order within what is due together."""

    paused: bool = False
    copies: int = 1
    order: str = "kept"

    def __post_init__(self) -> None:
        if self.order not in ORDERS or not 1 <= self.copies <= 10:  # noqa: PLR2004 - Ten copies are plenty.
            raise invalid(f"The order is one of {', '.join(ORDERS)}; copies are 1 to 10.")


@dataclass(frozen=True)
class Delivery:
    seq: int
    endpoint: str
    payload: str
    attempts: int


class Courier:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._client = httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False)
        self._round = threading.Lock()
        self._news = threading.Event()
        self.manner = Manner()

    def start(self) -> None:
        threading.Thread(target=self._work, name="courier", daemon=True).start()

    def wake(self) -> None:
        self._news.set()

    def drain(self) -> Json:
        """Try everything that waits once, paused or not, until nothing untried is left, and say how it went."""
        tried: set[int] = set()
        counts = {"delivered": 0, "failed": 0}
        with self._round:
            while batch := [one for one in self._waiting(float("inf")) if one.seq not in tried]:
                tried |= {one.seq for one in batch}
                for delivered in self._carry(batch):
                    counts["delivered" if delivered else "failed"] += 1
        return counts

    def deliveries(self, event: str | None) -> list[Json]:
        names = ("event", "type", "endpoint", "state", "attempts", "answer")
        rows = self._store.run(
            "SELECT event, type, endpoint, state, attempts, answer FROM deliveries WHERE ?1 IS NULL OR event = ?1"
            " ORDER BY seq",
            event,
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def send_again(self, event: str) -> None:
        """The event goes out once more to everyone who has had it."""
        self._store.run(
            "INSERT INTO deliveries (event, type, endpoint, payload, due)"
            " SELECT DISTINCT event, type, endpoint, payload, 0 FROM deliveries WHERE event = ?",
            event,
        )
        self.wake()

    def describe(self) -> Json:
        return asdict(self.manner)

    def _work(self) -> None:
        while True:
            self._news.wait(self._pause())
            self._news.clear()
            with self._round:
                while not self.manner.paused and (batch := self._waiting(_wall())):
                    self._carry(batch)

    def _pause(self) -> float:
        """Seconds until the next delivery is due."""
        (due,) = self._store.run("SELECT min(due) FROM deliveries WHERE state = 'pending'")[0]
        if due is None or self.manner.paused:
            return _IDLE_SECONDS
        return max(0.0, min(float(due) - _wall(), _IDLE_SECONDS))

    def _waiting(self, until: float) -> list[Delivery]:
        rows = self._store.run(
            "SELECT seq, endpoint, payload, attempts FROM deliveries WHERE state = 'pending' AND due <= ?"
            " ORDER BY seq LIMIT ?",
            min(until, 1e18),
            _BATCH if until < float("inf") else -1,
        )
        return [Delivery(*row) for row in rows]

    def _carry(self, batch: list[Delivery]) -> list[bool]:
        """Endpoints side by side, the events of one in turn."""
        by_endpoint = sorted(batch, key=attrgetter("endpoint"))
        routes = [list(group) for _, group in groupby(by_endpoint, key=attrgetter("endpoint"))]
        with ThreadPoolExecutor(len(routes)) as pool:
            return [done for results in pool.map(self._carry_to_one, routes) for done in results]

    def _carry_to_one(self, route: list[Delivery]) -> list[bool]:
        if self.manner.order == "reversed":
            route.reverse()
        elif self.manner.order == "shuffled":
            random.shuffle(route)
        return [self._attempt(delivery) for delivery in route]

    def _attempt(self, delivery: Delivery) -> bool:
        answers = [self._post(delivery) for _ in range(self.manner.copies)]
        delivered = answers[0].startswith("2")
        attempts = delivery.attempts + 1
        state = "delivered" if delivered else "pending" if attempts < _MOST_ATTEMPTS else "abandoned"
        self._store.run(
            "UPDATE deliveries SET state = ?, attempts = ?, due = ?, answer = ? WHERE seq = ?",
            state,
            attempts,
            _wall() + min(2**delivery.attempts, _LONGEST_PAUSE_SECONDS),
            answers[0],
            delivery.seq,
        )
        return delivered

    def _post(self, delivery: Delivery) -> str:
        """The status of the answer, or what prevented one."""
        rows = self._store.run("SELECT body FROM objects WHERE id = ? AND NOT deleted", delivery.endpoint)
        if not rows:
            return "endpoint is gone"
        endpoint = json.loads(rows[0][0])
        header = signature(delivery.payload, endpoint["_secret"], int(_wall()))
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
        try:
            answer = self._client.post(endpoint["url"], content=delivery.payload.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        return str(answer.status_code)


def _wall() -> float:
    return clock.wall().timestamp()
