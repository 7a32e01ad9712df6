"""The letters of recharging, to whoever pays for the wallet."""

from datetime import datetime

from agency.foundation.database.session import session
from agency.foundation.mail.operations import post
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.notices.operations import notify
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from agency.staff.queries import team
from agency.staff.roles import permissions_of
from agency.tenants.queries import agency, sub_account
from wallet.billing_accounts.receiving import receiver_of
from wallet.charges.models import ChargeAttempt
from wallet.credits.standing import WalletKey
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.models import Recharge, RechargePause
from wallet.top_ups.rules import COOLING_DOWN

NOTICES = {
    "recharge_declined": Notice.FAILED_CHARGES,
    "recharge_confirmation": Notice.FAILED_CHARGES,
    "recharge_paused": Notice.LOW_BALANCE,
}


def mail_declined(recharge: Recharge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """The first refusal: what happens next, and what they can do."""
    card = session.get_one(PaymentMethod, (scope.agency_id(), attempt.payment_method_id))
    _post("recharge_declined", recharge.wallet, now=now, recharge=recharge, card=card.name)


def mail_paused(pause: RechargePause, recharge: Recharge | None, *, now: datetime) -> None:
    """Nothing is recharged any more: why, and what resumes it."""
    wallet = WalletKey(pause.sub_account_id, pause.currency)
    _post("recharge_paused", wallet, now=now, pause=pause, recharge=recharge)


def mail_confirmation(recharge: Recharge, token: Token, *, now: datetime) -> None:
    _post(
        "recharge_confirmation",
        recharge.wallet,
        now=now,
        recharge=recharge,
        confirm_url=full_address("recharge_confirmation.page", text=str(token)),
    )


def mail_early(recharge: Recharge, *, now: datetime) -> None:
    """To everybody at the agency who manages wallets: a wallet is recharged again within minutes."""
    client, seller = sub_account(recharge.sub_account_id), agency()
    for member in team(None):
        if "wallets.manage" in permissions_of(member.membership.role, None):
            post(
                "recharge_early",
                to=member.person.email,
                language=member.person.locale or seller.locale,
                sender_name=seller.name,
                now=now,
                sub_account_id=client.id,
                name=client.name,
                recharge=recharge,
                minutes=int(COOLING_DOWN.total_seconds() // 60),
                url=full_address(
                    "sub_account_wallet.recharge", agency_slug=seller.slug, sub_account_id=client.public_id
                ),
            )


def _post(template: str, wallet: WalletKey, *, now: datetime, **context: object) -> None:
    client = sub_account(wallet.sub_account_id)
    notify(
        NOTICES[template],
        template,
        client.id,
        billing=receiver_of(client),
        now=now,
        name=client.name,
        url=full_address("panel.overview", sub_account_id=client.public_id),
        **context,
    )
