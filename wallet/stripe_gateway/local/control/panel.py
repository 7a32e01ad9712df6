"""The control interface for the demo and the tests: JSON in and out, no key needed."""

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl

from wallet.stripe_gateway.local.call import Call, public
from wallet.stripe_gateway.local.control.acts import ACTS, Act
from wallet.stripe_gateway.local.exchange import Answer, Request, as_json
from wallet.stripe_gateway.local.faults import Faults
from wallet.stripe_gateway.local.refusals import Json, Refusal, invalid, missing
from wallet.stripe_gateway.local.request_log import RequestLog
from wallet.stripe_gateway.local.routing import Router
from wallet.stripe_gateway.local.store import Store
from wallet.stripe_gateway.local.timekeeping import Timekeeper
from wallet.stripe_gateway.local.webhooks.courier import Courier, Manner

Work = Callable[..., Json]


class ControlPanel:
    def __init__(self, store: Store, timekeeper: Timekeeper, faults: Faults, log: RequestLog, courier: Courier) -> None:
        self._store = store
        self._timekeeper = timekeeper
        self._faults = faults
        self._log = log
        self._courier = courier
        served: list[tuple[str, str, Work]] = [
            ("GET", "/_control/health", lambda _request: {"healthy": True}),
            ("GET", "/_control/faults", lambda _request: {"data": faults.staged()}),
            ("POST", "/_control/faults", lambda request: faults.stage(request.document)),
            ("DELETE", "/_control/faults", self._clear_faults),
            ("GET", "/_control/requests", self._requests),
            ("GET", "/_control/webhooks", lambda _request: courier.describe()),
            ("POST", "/_control/webhooks", self._set_manner),
            ("POST", "/_control/webhooks/drain", lambda _request: courier.drain()),
            ("GET", "/_control/deliveries", self._deliveries),
            ("POST", "/_control/events/<key>/deliveries", self._send_again),
            ("POST", "/_control/clock", self._set_clock),
            ("POST", "/_control/reset", self._reset),
        ]
        served += [("POST", path, partial(self._act, act)) for path, act in ACTS.items()]
        self._router = Router(served)

    def answer(self, request: Request) -> Answer:
        try:
            work, named = self._router.match(request.method, request.path)
            return as_json(public(work(request, **named)))
        except Refusal as refusal:
            return as_json({"error": public(refusal.error)}, refusal.status)

    def act(self, act: Act, key: str, wish: Json, origin: str) -> Json:
        """Do it in the account to which the object belongs, whichever that is."""
        with self._store.transaction():
            account = self._store.account_of(key)
            if account is None:
                raise missing("object", key)
            thing = act(Call(self._store, account, self._timekeeper.now(), origin=origin), key, wish)
        self._courier.wake()
        return thing

    def _act(self, act: Act, request: Request, key: str) -> Json:
        return self.act(act, key, request.document, request.origin)

    def _clear_faults(self, _request: Request) -> Json:
        self._faults.clear()
        return {"data": []}

    def _requests(self, request: Request) -> Json:
        return {"data": self._log.entries(dict(parse_qsl(request.query)))}

    def _deliveries(self, request: Request) -> Json:
        return {"data": self._courier.deliveries(dict(parse_qsl(request.query)).get("event"))}

    def _send_again(self, _request: Request, key: str) -> Json:
        self._courier.send_again(key)
        return {"data": self._courier.deliveries(key)}

    def _set_manner(self, request: Request) -> Json:
        """What is not named goes back to normal."""
        try:
            self._courier.manner = Manner(**request.document)
        except TypeError as error:
            raise invalid(str(error)) from error
        self._courier.wake()
        return self._courier.describe()

    def _set_clock(self, request: Request) -> Json:
        """`time` in seconds since 1970, or null for the wall's."""
        self._timekeeper.set(request.document.get("time"))
        return {"time": self._timekeeper.now()}

    def _reset(self, _request: Request) -> Json:
        self._store.reset()
        self._faults.clear()
        self._timekeeper.set(None)
        self._courier.manner = Manner()
        return {"healthy": True}
