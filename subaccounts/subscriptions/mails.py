"""The letters of subscriptions: what comes, and what became of them."""

from datetime import datetime

from agency.notices.operations import notify
from agency.notices.queries import Receiver
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from agency.tenants.queries import sub_account
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.subscriptions import State
from subaccounts.subscriptions.queries import Shown
from wallet.billing_accounts.models import BillingAccount

# What is written of; the rest is seen in the history by whoever did it.
TOLD = {
    Happened.PAST_DUE: Notice.FAILED_CHARGES,
    Happened.RECOVERED: Notice.FAILED_CHARGES,
    Happened.PAUSED: Notice.RENEWALS,
    Happened.RESUMED: Notice.RENEWALS,
    Happened.CANCELED: Notice.RENEWALS,
}
RENEWAL = "renewal"
TRIAL_ENDING = "trial_ending"


def mail_coming(shown: Shown, *, now: datetime) -> None:
    """A renewal or the end of a trial: when, and what it will cost."""
    what = TRIAL_ENDING if shown.state is State.TRIALING else RENEWAL
    _mail(Notice.RENEWALS, what, shown, now=now)


def mail_happened(shown: Shown, kind: Happened, *, now: datetime) -> None:
    _mail(TOLD[kind], kind, shown, now=now)


def _mail(notice: Notice, what: str, shown: Shown, *, now: datetime) -> None:
    client, account = sub_account(shown.sub_account_id), shown.holding.account
    page = {"sub_account_id": client.public_id}
    notify(
        notice,
        "subscription",
        client.id,
        billing=_billing(account, client.email),
        now=now,
        what=what,
        name=client.name,
        plan=shown.holding.terms.product.name,
        at=shown.renews_at,
        amount=shown.amount,
        url=full_address("panel_subscriptions.show", subscription_id=shown.holding.subscription.public_id, **page),
        notices_url=full_address("notices.show", **page),
    )


def _billing(account: BillingAccount, email: str | None) -> Receiver | None:
    to = account.email or email
    return Receiver(to, account.locale) if to else None
