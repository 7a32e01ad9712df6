from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.tenants.queries import sub_account
from wallet.merchant_accounts import connecting, keys, queries
from wallet.merchant_accounts.models import MerchantAccount
from wallet.merchant_accounts.operations import KeyWish
from wallet.merchant_accounts.schemas import (
    AccountToReceive,
    ConnectionAddress,
    MerchantAnswer,
    NewConnection,
    OwnKeyBody,
)

resources = api("merchant-account", __name__, description="Whose account at the card processor receives the money.")
OF_CLIENT = "/sub-accounts/<id(sac):sub_account_id>/merchant-account"


@resources.route("/merchant-account")
class AgencyMerchant(MethodView):
    @resources.response(200, MerchantAnswer)
    @permits("agency.manage")
    def get(self) -> dict[str, Any]:
        """The account that receives for the agency, with the address of its webhook."""
        return _shown(None)

    @resources.arguments(OwnKeyBody)
    @resources.response(200, MerchantAnswer)
    @permits("agency.manage")
    def put(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Receive with an account's own keys; the secret one is tried first, and kept encrypted."""
        return _with_keys(fields, None)


@resources.route("/merchant-account/onboarding")
class AgencyOnboarding(MethodView):
    @resources.arguments(NewConnection)
    @resources.response(200, ConnectionAddress)
    @permits("agency.manage")
    def post(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Open an account under the platform; its owner tells the processor about themselves at the address."""
        return _opened(fields["return_url"], None)


@resources.route("/merchant-account/connected")
class AgencyConnection(MethodView):
    @resources.arguments(AccountToReceive)
    @resources.response(200, MerchantAnswer)
    @permits("agency.manage")
    def post(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Receive with the account that onboarding opened, once the processor takes charges for it."""
        return _receives(fields["account"], None)


@resources.route(OF_CLIENT)
class SellerMerchant(MethodView):
    @resources.response(200, MerchantAnswer)
    @permits("billing_accounts.read")
    def get(self, sub_account_id: UUID) -> dict[str, Any]:
        """The account that receives what the sub-account's own customers pay."""
        sub_account(sub_account_id)
        return _shown(sub_account_id)

    @resources.arguments(OwnKeyBody)
    @resources.response(200, MerchantAnswer)
    @permits("billing_accounts.manage")
    def put(self, fields: dict[str, Any], sub_account_id: UUID) -> dict[str, Any]:
        """Receive with an account's own keys; the secret one is tried first, and kept encrypted."""
        sub_account(sub_account_id)
        return _with_keys(fields, sub_account_id)


@resources.route(f"{OF_CLIENT}/onboarding")
class SellerOnboarding(MethodView):
    @resources.arguments(NewConnection)
    @resources.response(200, ConnectionAddress)
    @permits("billing_accounts.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> dict[str, Any]:
        """Open an account under the platform; its owner tells the processor about themselves at the address."""
        sub_account(sub_account_id)
        return _opened(fields["return_url"], sub_account_id)


@resources.route(f"{OF_CLIENT}/connected")
class SellerConnection(MethodView):
    @resources.arguments(AccountToReceive)
    @resources.response(200, MerchantAnswer)
    @permits("billing_accounts.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> dict[str, Any]:
        """Receive with the account that onboarding opened, once the processor takes charges for it."""
        sub_account(sub_account_id)
        return _receives(fields["account"], sub_account_id)


def _shown(sub_account_id: UUID | None) -> dict[str, Any]:
    merchant = queries.active(sub_account_id)
    if merchant is None:
        raise NotFound
    return _answer(merchant)


def _answer(merchant: MerchantAccount) -> dict[str, Any]:
    return {
        "merchant": merchant,
        "webhook_address": keys.webhook_address(merchant),
        "webhook_is_signed": keys.webhook_secret(merchant) is not None,
    }


def _with_keys(fields: dict[str, Any], sub_account_id: UUID | None) -> dict[str, Any]:
    with transaction():
        actor = current_actor()
    wish = KeyWish(**fields)
    return _answer(connecting.with_keys(wish, sub_account_id=sub_account_id, by=actor, now=clock.now()))


def _opened(return_url: str, sub_account_id: UUID | None) -> dict[str, Any]:
    account = connecting.begin(sub_account_id=sub_account_id)
    url = connecting.address(account, sub_account_id=sub_account_id, return_url=return_url)
    return {"account": account, "url": url}


def _receives(account: str, sub_account_id: UUID | None) -> dict[str, Any]:
    with transaction():
        actor = current_actor()
    return _answer(connecting.finish(account, sub_account_id=sub_account_id, by=actor, now=clock.now()))
