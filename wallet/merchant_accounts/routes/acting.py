"""What the pages of a place do: the agency's (no sub-account), or those of a sub-account with customers of its own."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from wallet.merchant_accounts import connecting, keys, operations, queries
from wallet.merchant_accounts.operations import KeyWish
from wallet.merchant_accounts.schemas import OwnKey
from wallet.stripe_gateway.accounts import read_account


def show(sub_account_id: UUID | None, **words: object) -> ResponseReturnValue:
    form = Form(OwnKey())
    wish = form.load()
    if wish is not None:
        with form.catching():
            with transaction():
                actor = current_actor()
            connecting.with_keys(KeyWish(**wish), sub_account_id=sub_account_id, by=actor, now=clock.now())
            flash(_("Your account is connected. New cards are saved there from now on."), "positive")
            return redirect(url_for(".show"))
    merchant = queries.active(sub_account_id)
    has_platform = bool(keys.settings().stripe_secret_key)
    return form.page(
        "wallet/merchant_accounts/show.html",
        merchant=merchant,
        retired=queries.retired(sub_account_id),
        platform_receives=merchant is None and sub_account_id is None and has_platform,
        may_onboard=has_platform,
        opened=request.args.get("account", ""),
        webhook_address=keys.webhook_address(merchant) if merchant else None,
        webhook_known=bool(merchant and keys.webhook_secret(merchant)),
        **words,
    )


def check(sub_account_id: UUID | None) -> ResponseReturnValue:
    """Ask the processor how the account stands."""
    with transaction():
        now = clock.now()
        merchant = operations.of_seller(sub_account_id) if sub_account_id else operations.of_agency(now=now)
    try:
        account = read_account(keys.credentials(merchant))
    except DomainError as refusal:
        return _refused(refusal)
    with transaction():
        operations.note_account(queries.merchant_account(merchant.id), account, now=now)
    flash(_("The card processor answered: everything was read anew."), "positive")
    return redirect(url_for(".show"))


def onboard(sub_account_id: UUID | None) -> ResponseReturnValue:
    """Open an account under the platform, and come back with it."""
    try:
        account = connecting.begin(sub_account_id=sub_account_id)
    except DomainError as refusal:
        return _refused(refusal)
    return redirect(url_for(".show", account=account))


def questions(sub_account_id: UUID | None) -> ResponseReturnValue:
    """To the processor's pages, by a link of ours: no form may lead to a stranger."""
    account = request.args.get("account", "")
    back = url_for(".show", account=account, _external=True)
    try:
        return redirect(connecting.address(account, sub_account_id=sub_account_id, return_url=back))
    except DomainError as refusal:
        return _refused(refusal)


def receive(sub_account_id: UUID | None) -> ResponseReturnValue:
    """Back from the processor's pages: the account receives from now on."""
    account = request.form.get("account", "")
    with transaction():
        actor = current_actor()
    try:
        connecting.finish(account, sub_account_id=sub_account_id, by=actor, now=clock.now())
    except DomainError as refusal:
        return _refused(refusal, account=account)
    flash(_("Your account is connected. New cards are saved there from now on."), "positive")
    return redirect(url_for(".show"))


def _refused(refusal: DomainError, *, account: str | None = None) -> ResponseReturnValue:
    flash(str(refusal), "critical")
    return redirect(url_for(".show", account=account))
