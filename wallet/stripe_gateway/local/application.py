"""Three faces on one address: the API, the control interface, the browser's script."""

from wallet.stripe_gateway.local.api import Api
from wallet.stripe_gateway.local.browser.pages import Pages
from wallet.stripe_gateway.local.control.panel import ControlPanel
from wallet.stripe_gateway.local.exchange import Answer, Request
from wallet.stripe_gateway.local.faults import Faults
from wallet.stripe_gateway.local.request_log import RequestLog
from wallet.stripe_gateway.local.store import Store
from wallet.stripe_gateway.local.timekeeping import Timekeeper
from wallet.stripe_gateway.local.webhooks.courier import Courier


class LocalStripe:
    def __init__(self, data: str) -> None:
        store, timekeeper, faults = Store(data), Timekeeper(), Faults()
        log, courier = RequestLog(store), Courier(store)
        self._api = Api(store, timekeeper, faults, log, courier.wake)
        self._control = ControlPanel(store, timekeeper, faults, log, courier)
        self._pages = Pages(self._control)
        courier.start()

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/_control/"):
            return self._control.answer(request)
        if request.path.startswith("/v3/"):
            return self._pages.answer(request)
        return self._api.answer(request)
