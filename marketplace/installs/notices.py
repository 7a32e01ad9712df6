"""The letters of apps, to whoever pays for them, and what their publishers hear at the same moment."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session
from agency.foundation.mail.operations import post
from agency.foundation.tenancy import scope
from agency.staff.mails import full_address
from agency.tenants.queries import agency, sub_account
from marketplace.catalogue.models.apps import App
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.telling import TRIAL_ENDING, tell
from subaccounts.subscriptions.queries import shown, subscription
from wallet.billing_accounts.queries import billing_account, payer_of


def notify_trial_end(install_id: UUID, *, now: datetime) -> None:
    """Say what the first period will cost, and when; once."""
    row = session.get_one(Install, (scope.agency_id(), install_id), with_for_update=True, populate_existing=True)
    if row.notice_at is None or row.notice_at > now or row.subscription_id is None:
        return
    row.notice_at = None
    renewal = shown([subscription(row.subscription_id)])[0]
    if renewal.renews_at is not None and renewal.amount is not None:
        mail("app_trial_ending", row, now=now, ends_at=renewal.renews_at, amount=renewal.amount)
    tell(TRIAL_ENDING, row, now=now)


def mail(template: str, row: Install, *, now: datetime, **context: object) -> None:
    """To the billing address, else the sub-account's, else its agency's; with none of them nobody can be told."""
    client, seller = sub_account(row.sub_account_id), agency()
    account = billing_account(payer_of(client.id).id)
    to = account.email or client.email or seller.support_email
    if to is None:
        return
    post(
        template,
        to=to,
        language=account.locale,
        sender_name=seller.name,
        now=now,
        sub_account_id=client.id,
        app_name=session.get_one(App, row.app_id).name,
        name=client.name,
        url=full_address("installed_apps.index", sub_account_id=client.public_id),
        **context,
    )
