"""Payments processing: whose account at the card processor receives the agency's money."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.forms import Form
from wallet.merchant_accounts import keys, operations, queries
from wallet.merchant_accounts.operations import KeyWish
from wallet.merchant_accounts.schemas import OwnKey
from wallet.stripe_gateway.accounts import read_account
from wallet.stripe_gateway.client import ProcessorRefused

pages = console("payments_processing", __name__)


@pages.route("/settings/payments", methods=["GET", "POST"])
@permits("agency.manage")
def show() -> ResponseReturnValue:
    form = Form(OwnKey())
    wish = form.load()
    if wish is not None:
        with form.catching():
            _connect(wish)
            flash(_("Your account is connected. New cards are saved there from now on."), "positive")
            return redirect(url_for(".show"))
    merchant = queries.active()
    return form.page(
        "wallet/merchant_accounts/show.html",
        merchant=merchant,
        retired=queries.retired(),
        platform_receives=merchant is None and bool(keys.settings().stripe_secret_key),
        webhook_address=keys.webhook_address(merchant) if merchant else None,
        webhook_known=bool(merchant and keys.webhook_secret(merchant)),
    )


@pages.post("/settings/payments/check")
@permits("agency.manage")
def check() -> ResponseReturnValue:
    """Ask the processor how the account stands."""
    with transaction():
        merchant = operations.of_agency(now=clock.now())
    try:
        account = read_account(keys.credentials(merchant))
    except DomainError as refusal:
        flash(str(refusal), "critical")
        return redirect(url_for(".show"))
    with transaction():
        operations.note_account(queries.merchant_account(merchant.id), account, now=clock.now())
    flash(_("The card processor answered: everything was read anew."), "positive")
    return redirect(url_for(".show"))


def _connect(wish: dict[str, Any]) -> None:
    """The key is tried first, and outside of any transaction; what opens nothing is not kept."""
    with transaction():
        actor = current_actor()
    try:
        account = read_account(keys.credentials_of_key(wish["secret_key"]))
    except ProcessorRefused as refusal:
        raise InvalidInput(
            {"secret_key": [_("The card processor does not know this key. It was not saved.")]}
        ) from refusal
    with transaction():
        operations.connect_key(KeyWish(**wish), account, sub_account_id=None, by=actor, now=clock.now())
