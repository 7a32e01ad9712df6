"""The way of a request through `/v1`: who asks, under which key, with what parameters; then work, events, answer."""

import json
from collections.abc import Callable
from typing import Any

from stripe.params import PaymentMethodCreateParams

from wallet.stripe_gateway.local.authentication import Credentials, authenticate
from wallet.stripe_gateway.local.call import API_VERSION, Call, new_id, public
from wallet.stripe_gateway.local.exchange import Answer, ConnectionCut, Request, as_json
from wallet.stripe_gateway.local.expansion import expand
from wallet.stripe_gateway.local.faults import Faults
from wallet.stripe_gateway.local.idempotency import IdempotencyKeys, Saved
from wallet.stripe_gateway.local.parameters import checked
from wallet.stripe_gateway.local.refusals import Json, Refusal, unserved
from wallet.stripe_gateway.local.request_log import RequestLog
from wallet.stripe_gateway.local.routes import ROUTES
from wallet.stripe_gateway.local.routing import Route, Router
from wallet.stripe_gateway.local.store import Store
from wallet.stripe_gateway.local.timekeeping import Timekeeper


class Api:
    """`committed` is called after each change, so that its webhooks leave at once."""

    def __init__(
        self,
        store: Store,
        timekeeper: Timekeeper,
        faults: Faults,
        log: RequestLog,
        committed: Callable[[], None],
    ) -> None:
        self._store = store
        self._committed = committed
        self._timekeeper = timekeeper
        self._faults = faults
        self._log = log
        self._keys = IdempotencyKeys(store)
        self._router = Router([(route.method, route.path, route) for route in ROUTES])

    def answer(self, request: Request) -> Answer:
        request_id = new_id("req")
        self._log.open(request_id, request, self._timekeeper.now())
        account: str | None = None
        try:
            credentials = authenticate(request, self._store)
            account = credentials.account
            answer, outcome = self._served(request, credentials, request_id)
        except Refusal as refusal:
            answer, outcome = _told(refusal, request_id, request), "refused"
        except ConnectionCut:
            self._log.close(request_id, account, None, "cut")
            raise
        self._log.close(request_id, account, answer.status, outcome)
        return answer

    def _served(self, request: Request, credentials: Credentials, request_id: str) -> tuple[Answer, str]:
        account, now = credentials.account, self._timekeeper.now()
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        with self._keys.held(account, key):
            if failure := self._failure(request, "before", request_id, account, key):
                return failure, "fault"
            if saved := self._keys.saved(account, key, request, now):
                answer, outcome = _replayed(saved, request_id, key), "replayed"
            else:
                secret = str(request.values.get("client_secret", "")) if credentials.publishable else None
                call = Call(self._store, account, now, request_id, key, secret, request.origin)
                answer, outcome = self._executed(request, credentials, call), "answered"
        # From here on the same key gets the saved answer: the work is done, only the reply may still go astray.
        if failure := self._failure(request, "after", request_id, account, key):
            return failure, "fault"
        return answer, outcome

    def _failure(self, request: Request, when: str, request_id: str, account: str, key: str | None) -> Answer | None:
        for fault in self._faults.due(request, when):
            if failure := fault.happen():
                if fault.saved:
                    saved = Saved(request_id, failure.status, json.loads(failure.content))
                    self._keys.save(account, key, request, self._timekeeper.now(), saved)
                return failure
        return None

    def _executed(self, request: Request, credentials: Credentials, call: Call) -> Answer:
        route, named = self._router.match(request.method, request.path)
        wish, paths = _wish(route, request, publishable=credentials.publishable)
        with self._store.transaction():
            status, body = self._worked(route, call, wish, paths, named)
            saved = Saved(str(call.request_id), status, body)
            self._keys.save(call.account, call.idempotency_key, request, call.now, saved)
        if request.method != "GET":
            self._committed()
        return as_json(body, status, **_headers(str(call.request_id), call.idempotency_key))

    def _worked(
        self, route: Route, call: Call, wish: Json, paths: list[str], named: dict[str, Any]
    ) -> tuple[int, Json]:
        """Undone when refused, unless the refusal is itself a lasting fact, as a declined payment is."""
        try:
            with self._store.attempt():
                try:
                    return 200, public(expand(call, route.work(call, wish, **named), paths))
                except Refusal as refusal:
                    if not refusal.lasting:
                        raise
                    return refusal.status, {"error": public(refusal.error)}
        except Refusal as refusal:
            return refusal.status, {"error": public(refusal.error)}


def _wish(route: Route, request: Request, *, publishable: bool) -> tuple[Json, list[str]]:
    values = dict(request.values)
    if publishable:
        if not route.publishable:
            raise Refusal(403, "invalid_request_error", _NOT_FOR_BROWSERS, code="secret_key_required")
        for name in _BROWSER_PARAMETERS:
            values.pop(name, None)
    # A browser may type a card where a server has to name a method.
    typed = values.pop(_TYPED, None) if publishable else None
    wish = checked(route.terms, values)
    if typed:
        wish[_TYPED] = checked(PaymentMethodCreateParams, typed, _TYPED)
    for name in route.unserved & wish.keys():
        raise unserved(name)
    return wish, wish.pop("expand", [])


def _headers(request_id: str, key: str | None) -> dict[str, str]:
    headers = {"Request_Id": request_id, "Stripe_Version": API_VERSION, "Access_Control_Allow_Origin": "*"}
    return headers | ({"Idempotency_Key": key} if key else {})


def _replayed(saved: Saved, request_id: str, key: str | None) -> Answer:
    marks = {"Idempotent_Replayed": "true", "Original_Request": saved.request_id}
    return as_json(saved.body, saved.status, **_headers(request_id, key), **marks)


def _told(refusal: Refusal, request_id: str, request: Request) -> Answer:
    body = {"error": public(refusal.error)}
    return as_json(body, refusal.status, **_headers(request_id, request.headers.get("Idempotency-Key")))


_BROWSER_PARAMETERS = ("key", "client_secret", "_stripe_account")
_TYPED = "payment_method_data"
_NOT_FOR_BROWSERS = "This API call cannot be made with a publishable API key. Please use a secret API key."
