"""The wallet of a closed sub-account is emptied: back to its cards, or on to another wallet, and the rest is lost."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation import events
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.credits.events import WalletClosedOut
from wallet.credits.operations.closing import lose_rest, move_on, settle_owed
from wallet.credits.queries import wallet_of
from wallet.credits.rules.closing import emptying
from wallet.credits.standing import WalletKey, lock_wallet, locked
from wallet.top_ups.operations.refunding import RefundWish, lock_charges, request_refund_of_top_ups


class NoSuccessor(DomainError):
    status = 422
    field = "successor_id"
    message = _l("Choose another sub-account that is open and has the same currency.")


def close_out(
    closed: SubAccount, *, successor: SubAccount | None = None, reason: str, by: Actor, now: datetime
) -> WalletClosedOut:
    """End every hold, pay what is owed from what is left, and empty the wallet.

    Bought credit goes back to its cards in whole coins, each card's part by itself, or on to the ``successor``'s
    wallet; what is smaller than a coin, and complimentary credit, is lost to breakage. Of a wallet that is empty
    already nothing changes, so what a card turned back is returned by doing it again.

    Raises:
        NoSuccessor: it is the wallet itself, closed, or of another currency.
    """
    key = wallet_of(closed)
    if successor is not None:
        session.refresh(successor, with_for_update={"read": True})
        if successor.id == closed.id or successor.currency != closed.currency or not successor.is_open:
            raise NoSuccessor
    lock_charges(key)
    locked([key] if successor is None else [key, WalletKey(successor.id, key.currency)])
    still_owed = settle_owed(key, now=now)
    returned = moved = Money.zero(key.currency)
    if successor is None:
        returned = _return(closed, reason=reason, by=by, now=now)
    else:
        moved = move_on(key, successor.id, now=now)
    done = WalletClosedOut(
        sub_account_id=closed.id,
        returned=returned,
        moved=moved,
        successor_id=successor.id if successor else None,
        lost=lose_rest(key, now=now),
        still_owed=still_owed,
        at=now,
    )
    if returned or moved or done.lost:
        amounts = {name: str(getattr(done, name)) for name in ("returned", "moved", "lost", "still_owed")}
        record("wallet.closed_out", closed, by=by, now=now, after=amounts, sub_account_id=closed.id)
        events.publish(done)
    return done


def _return(closed: SubAccount, *, reason: str, by: Actor, now: datetime) -> Money:
    standing = lock_wallet(wallet_of(closed))
    amount = emptying(standing.left, owed=standing.owed).returned
    if amount:
        wish = RefundWish(sub_account=closed, amount=amount, reason=reason)
        request_refund_of_top_ups(wish, collects=False, by=by, now=now)
    return amount
