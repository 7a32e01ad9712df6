"""A pause is a row: begun with a reason, ended only by what its rule names."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation import events
from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.recharge.events import RechargePaused, RechargeResumed
from wallet.recharge.mails import mail_paused
from wallet.recharge.models import LiftedBy, PauseReason, Recharge, RechargePause
from wallet.recharge.operations.looking import look
from wallet.recharge.queries import open_pause


class NotPaused(DomainError):
    message = _l("Automatic recharge is not paused here.")


def pause(
    wallet: WalletKey,
    reason: PauseReason,
    *,
    fingerprints: Iterable[str] = (),
    code: str | None = None,
    recharge: Recharge | None = None,
    now: datetime,
) -> RechargePause:
    """Under the wallet's lock; one that is paused stays as it is. People are told."""
    found = open_pause(wallet)
    if found is not None:
        return found
    begun = RechargePause(
        sub_account_id=wallet.sub_account_id,
        currency=wallet.currency,
        reason=reason,
        code=code,
        recharge_id=recharge.id if recharge else None,
        fingerprints=sorted(set(fingerprints)),
        began_at=now,
    )
    session.add(begun)
    session.flush()
    record(
        "recharge.paused", begun, by=PLATFORM, now=now, after={"reason": reason}, sub_account_id=wallet.sub_account_id
    )
    if reason is not PauseReason.NEEDS_AUTHENTICATION:
        mail_paused(begun, recharge, now=now)
    events.publish(RechargePaused(pause=begun, at=now))
    return begun


def lift(found: RechargePause, how: LiftedBy, *, by: Actor, reason: str | None = None, now: datetime) -> None:
    """Under the wallet's lock; the caller looks at the wallet afterwards."""
    found.ended_at, found.lifted_by, found.lifted_name, found.lift_reason = now, how, by.name, reason
    session.flush()
    record(
        "recharge.resumed",
        found,
        by=by,
        now=now,
        after={"by": how, "reason": reason or ""},
        sub_account_id=found.sub_account_id,
    )
    events.publish(RechargeResumed(pause=found, at=now))


def lift_by_staff(wallet: WalletKey, reason: str, *, by: Actor, now: datetime) -> RechargePause:
    """Somebody of the agency takes it on them; the wallet is recharged at once if that is due.

    Raises:
        NotPaused: there is nothing to lift.
    """
    lock_wallet(wallet)
    found = open_pause(wallet)
    if found is None:
        raise NotPaused
    lift(found, LiftedBy.STAFF, by=by, reason=reason, now=now)
    look(wallet, now=now)
    return found
