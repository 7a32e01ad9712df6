"""What an installed app asks of the wallet, with its own key; limits and prices are its install's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.idempotency.replay import idempotent
from agency.tenants.queries import sub_account
from marketplace.installs import queries
from marketplace.installs.models.charges import AppCharge
from marketplace.installs.operations.charging import charge_usage
from marketplace.installs.operations.holding import capture_usage, find_app_hold, hold_usage, release_usage
from marketplace.installs.operations.quoting import Usage, quote
from marketplace.installs.operations.refunding import refund_usage
from marketplace.installs.routes.api import PATH
from marketplace.installs.schemas import (
    AppChargeAnswer,
    FundsOfApp,
    FundsOfAppAnswer,
    NewAppRefund,
    UsageCapture,
    UsageHold,
    UsageWish,
)
from wallet.credits.models.holds import Hold
from wallet.credits.queries import available, has_funds, wallet_of
from wallet.credits.schemas import HOLD_TIME_MAX, HoldAnswer

app_calls = api("app-calls", __name__, description="An installed app's own calls: funds, holds, charges, refunds.")
HOLD_TIME = timedelta(days=1)


@app_calls.route(f"{PATH}/has-funds")
class Funds(MethodView):
    @app_calls.arguments(FundsOfApp)
    @app_calls.response(200, FundsOfAppAnswer)
    @permits("installs.charge")
    def post(self, said: dict[str, Any], install_id: UUID) -> dict[str, object]:
        """Whether this usage could be charged now, by the wallet and by the limits."""
        now = clock.now()
        found = queries.with_app(queries.install(install_id))
        client = sub_account(found.install.sub_account_id)
        quoted = quote(found, Usage(**said), now=now)
        limits = queries.limits(found, client, now=now)
        key = wallet_of(client)
        enough = has_funds(key, quoted.total, now=now) and all(quoted.amount <= limit.left for limit in limits)
        return {
            "has_funds": enough and client.is_open,
            "amount": quoted.amount,
            "tax": quoted.tax,
            "available": available(key, now=now),
            "limits": limits,
        }


@app_calls.route(f"{PATH}/charges")
class Charges(MethodView):
    @idempotent
    @app_calls.arguments(UsageWish)
    @app_calls.response(201, AppChargeAnswer)
    @permits("installs.charge")
    def post(self, said: dict[str, Any], install_id: UUID) -> AppCharge:
        """Charge usage. An event is charged once: its id again is refused."""
        with transaction():
            return charge_usage(install_id, Usage(**said), now=clock.now())


@app_calls.route(f"{PATH}/holds")
class Holds(MethodView):
    @idempotent
    @app_calls.arguments(UsageHold)
    @app_calls.response(201, HoldAnswer)
    @permits("installs.charge")
    def post(self, said: dict[str, Any], install_id: UUID) -> Hold:
        """Reserve what usage will cost, for a day where nothing is said; refused where it is not available."""
        now = clock.now()
        expires_at = said.pop("expires_at") or now + HOLD_TIME
        if expires_at > now + HOLD_TIME_MAX:
            raise InvalidInput({"expires_at": [str(_l("A hold lasts at most 31 days."))]})
        with transaction():
            return hold_usage(install_id, Usage(**said), expires_at=expires_at, now=now)


@app_calls.route(f"{PATH}/holds/<id(hld):hold_id>")
class OneHold(MethodView):
    @app_calls.response(200, HoldAnswer)
    @permits("installs.charge")
    def get(self, install_id: UUID, hold_id: UUID) -> Hold:
        """One of the app's holds, open or ended."""
        return find_app_hold(install_id, hold_id)


@app_calls.route(f"{PATH}/holds/<id(hld):hold_id>/capture")
class Captures(MethodView):
    @idempotent
    @app_calls.arguments(UsageCapture)
    @app_calls.response(201, AppChargeAnswer)
    @permits("installs.charge")
    def post(self, said: dict[str, Any], install_id: UUID, hold_id: UUID) -> AppCharge:
        """Spend what a hold reserves, for the quantity that it came to; the rest is released. Once."""
        with transaction():
            return capture_usage(install_id, hold_id, quantity=said["quantity"], now=clock.now())


@app_calls.route(f"{PATH}/holds/<id(hld):hold_id>/release")
class Releases(MethodView):
    @idempotent
    @app_calls.response(200, HoldAnswer)
    @permits("installs.charge")
    def post(self, install_id: UUID, hold_id: UUID) -> Hold:
        """Free what a hold reserves. Once."""
        with transaction():
            return release_usage(install_id, hold_id, now=clock.now())


@app_calls.route(f"{PATH}/refunds")
class Refunds(MethodView):
    @idempotent
    @app_calls.arguments(NewAppRefund)
    @app_calls.response(201, AppChargeAnswer)
    @permits("installs.charge")
    def post(self, said: dict[str, Any], install_id: UUID) -> AppCharge:
        """Give back a charge, or a part; the shares go back in proportion."""
        with transaction():
            return refund_usage(install_id, **said, now=clock.now())
