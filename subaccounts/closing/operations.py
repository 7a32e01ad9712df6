"""A sub-account is closed: nothing is billed to it any more, and its wallet pays back what was bought."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.local_days import local_day
from agency.foundation.money import Money
from agency.tenants.models import SubAccount, Suspension, SuspensionKind
from agency.tenants.operations.suspensions import BESIDE_REFERENCES, NotSuspended, suspend
from agency.tenants.queries import sub_account
from subaccounts.closing.mails import mail_closed
from subaccounts.closing.queries import wallet_emptying
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.statements.models import Statement
from subaccounts.statements.operations.making import StatementWish, make_statement
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.canceling import cancel
from subaccounts.subscriptions.rules.conventions import TakesEffect
from wallet.billing_accounts.queries import billing_account, payer_of
from wallet.credits.events import WalletClosedOut
from wallet.credits.queries import wallet_of
from wallet.top_ups.operations.closing import NoSuccessor, close_out
from wallet.top_ups.operations.refunding import lock_charges


class WalletMoved(DomainError):
    message = _l("The wallet has changed since you looked. Nothing was closed; look at the amounts again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingWish:
    """``successor_id``: whose wallet bought credit goes on to; ``returned``: what the person was shown to go back."""

    sub_account: SubAccount
    reason: str
    successor_id: UUID | None = None
    returned: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """``subscriptions`` is how many ended; the statement covers everything from the opening to this day."""

    suspension: Suspension
    wallet: WalletClosedOut
    subscriptions: int
    statement: Statement


def close(wish: ClosingWish, *, by: Actor, now: datetime) -> Closing:
    """End every subscription, empty the wallet, write the final statement and the letter.

    Open invoices stay to be paid. The processor is called by jobs, after the commit.

    Raises:
        AlreadySuspended: it is closed.
        NoSuccessor: as ``close_out``; also one that this agency does not have.
        WalletMoved: not ``returned`` would go back any more.
    """
    client = wish.sub_account
    suspension = suspend(client, SuspensionKind.CLOSURE, reason=wish.reason, by=by, now=now)
    if wish.returned is not None and wish.returned != wallet_emptying(client).returned:
        raise WalletMoved
    lock_charges(wallet_of(client))  # Before the books, which a credit for what was not used is entered in.
    ended = _end_subscriptions(client, reason=wish.reason, by=by, now=now)
    emptied = close_out(client, successor=_successor(wish), reason=wish.reason, by=by, now=now)
    done = Closing(
        suspension=suspension,
        wallet=emptied,
        subscriptions=ended,
        statement=_final_statement(client, by=by, now=now),
    )
    mail_closed(client, emptied, now=now)
    return done


def return_rest(client: SubAccount, *, by: Actor, now: datetime) -> WalletClosedOut:
    """Empty the wallet of a closed one again, after a card turned a refund back or money came late.

    Raises:
        NotSuspended: it is not closed.
    """
    session.refresh(client, with_for_update=BESIDE_REFERENCES)
    if client.is_open:
        raise NotSuspended
    return close_out(client, reason=str(_l("Closed")), by=by, now=now)


def _end_subscriptions(client: SubAccount, *, reason: str, by: Actor, now: datetime) -> int:
    running = select(Subscription).where(Subscription.sub_account_id == client.id, Subscription.ended_at.is_(None))
    found = session.scalars(running.order_by(Subscription.id)).all()
    for subscription in found:
        cancel(subscription, TakesEffect.NOW, reason=reason, by=by, now=now)
    return len(found)


def _successor(wish: ClosingWish) -> SubAccount | None:
    if wish.successor_id is None:
        return None
    try:
        return sub_account(wish.successor_id)
    except NotFound:
        raise NoSuccessor from None


def _final_statement(client: SubAccount, *, by: Actor, now: datetime) -> Statement:
    seller = SellerAtHand(seller_id(Seller.AGENCY, client.id))
    account = billing_account(payer_of(client.id).id)
    wish = StatementWish(
        account=account,
        seller=Seller.AGENCY,
        first_day=local_day(client.created_at, seller.zone),
        last_day=seller.today(now),
    )
    return make_statement(wish, by=by, now=now)
