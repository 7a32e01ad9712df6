"""An install ends: its key opens nothing any more, its holds are freed, its subscription is cancelled."""

from datetime import datetime

from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from marketplace.installs.models.charges import AppHold
from marketplace.installs.models.installs import Install, InstallState, WhyRemoved
from marketplace.installs.operations.keys import revoke_keys
from marketplace.installs.operations.quoting import AppNotInstalled
from marketplace.installs.operations.telling import REMOVED, tell
from marketplace.installs.queries import locked_install
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.canceling import cancel
from subaccounts.subscriptions.operations.changing import locked as locked_subscription
from subaccounts.subscriptions.rules.conventions import TakesEffect
from wallet.credits.models.holds import Hold, HoldState
from wallet.credits.operations.hold_ends import release


def uninstall(row: Install, *, reason: str, by: Actor, now: datetime) -> None:
    """Remove an app at once; what was paid ahead and is not used becomes credit of the account.

    Raises:
        AppNotInstalled
    """
    locked, subscription = lock_with_subscription(row)
    if locked.is_over:
        raise AppNotInstalled
    end_install(locked, WhyRemoved.ASKED, by=by, now=now)
    if subscription is not None and not subscription.is_over:
        cancel(subscription, TakesEffect.NOW, reason=reason, by=by, now=now)


def lock_with_subscription(row: Install) -> tuple[Install, Subscription | None]:
    """The install for this transaction alone, after its subscription: in the order in which bills lock both."""
    subscription = locked_subscription(row.subscription_id) if row.subscription_id is not None else None
    return locked_install(row.id), subscription


def end_install(row: Install, why: WhyRemoved, *, by: Actor, now: datetime) -> None:
    """Take from the app what it holds and may; its subscription is somebody else's to end."""
    row.state, row.why_removed = InstallState.REMOVED, why
    row.removed_at, row.removed_by, row.notice_at = now, by.name, None
    session.flush()
    revoke_keys(row, by=by, now=now)
    held = select(Hold).join(AppHold, (AppHold.agency_id == Hold.agency_id) & (AppHold.hold_id == Hold.id))
    mine = held.where(AppHold.install_id == row.id, Hold.state == HoldState.OPEN, Hold.expires_at > now)
    for hold in session.scalars(mine.order_by(Hold.id)).all():
        release(hold, now=now)
    record("install.removed", row, by=by, now=now, after={"reason": why}, sub_account_id=row.sub_account_id)
    tell(REMOVED, row, now=now)
