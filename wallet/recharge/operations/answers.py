"""What the door answers to a recharge's charge. The charge's lock is held; the wallet's is taken here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from agency.foundation import events
from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.charges.models import AttemptState, Charge, ChargeAttempt
from wallet.charges.operations import try_again
from wallet.charges.queries import attempts
from wallet.charges.rules import DeclineClass, next_try
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.events import RechargeDeclined, WalletRecharged
from wallet.recharge.mails import mail_declined
from wallet.recharge.models import LiftedBy, PauseReason, Recharge, RechargeState
from wallet.recharge.operations.confirming import ask_to_confirm
from wallet.recharge.operations.looking import look
from wallet.recharge.operations.pauses import lift, pause
from wallet.recharge.queries import open_pause, recharge
from wallet.top_ups.operations.crediting import give_credit


def settled(charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """The money is there: credit, whatever had become of the recharge meanwhile."""
    credited = give_credit(charge, attempt, now=now)
    found = recharge(charge.source_id)
    end(found, RechargeState.SETTLED, now=now)
    found.transaction_id = credited.transaction.id
    session.flush()
    events.publish(WalletRecharged(recharge=found, at=now))


def succeeded(wallet: WalletKey, *, now: datetime) -> None:
    """A card of this wallet's people was charged: that lifts a pause, and a wallet still low is looked at."""
    lock_wallet(wallet)
    paused = open_pause(wallet)
    if paused is not None:
        lift(paused, LiftedBy.CHARGE, by=PLATFORM, now=now)
    look(wallet, now=now)


def declined(charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """The next named card at once; when none is left later again, or a pause."""
    found = _locked(charge)
    awaited = found.state is RechargeState.NEEDS_AUTHENTICATION
    if not found.state.is_open:
        return
    found.decline_class, found.decline_code = attempt.decline_class, attempt.decline_code
    if awaited:  # The pause that asked for the confirmation stays.
        end(found, RechargeState.DECLINED, now=now)
    elif attempt.decline_class is DeclineClass.OURS:
        _after_our_failure(found, charge, attempt, now=now)
    else:
        _after_refusal(found, charge, attempt, now=now)
    session.flush()


def needs_authentication(charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """Only the cardholder can go on: paused at once, with a link; it stays open until it expires."""
    found = _locked(charge)
    if not found.state.is_open:
        return
    found.state = RechargeState.NEEDS_AUTHENTICATION
    ask_to_confirm(found, now=now)
    pause(
        found.wallet,
        PauseReason.NEEDS_AUTHENTICATION,
        fingerprints=[attempt.fingerprint],
        recharge=found,
        now=now,
    )


def pending(charge: Charge, attempt: ChargeAttempt) -> None:
    """*unknown* is asked again by the door; a slow method is still charging."""
    found = _locked(charge)
    if found.state.is_open:
        is_unknown = attempt.state is AttemptState.UNKNOWN
        found.state = RechargeState.UNKNOWN if is_unknown else RechargeState.CHARGING


def abandoned(charge: Charge, *, now: datetime) -> None:
    found = _locked(charge)
    if found.state.is_open:
        end(found, RechargeState.ABANDONED, now=now)


def end(found: Recharge, state: RechargeState, *, now: datetime) -> None:
    found.state, found.ended_at, found.due_at = state, now, None


def try_card(found: Recharge, charge: Charge, *, now: datetime) -> bool:
    """Try the next card that can still be charged; False: none is left."""
    usable = _usable(found, charge)
    if not usable:
        return False
    found.cards_left = [card.id for card in usable[1:]]
    found.state, found.due_at = RechargeState.CHARGING, None
    try_again(charge, usable[0], now=now)
    return True


def _locked(charge: Charge) -> Recharge:
    lock_wallet(WalletKey(charge.sub_account_id, charge.currency))
    return recharge(charge.source_id)


def _after_our_failure(found: Recharge, charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """The card was not refused: the same one again, and nobody is told."""
    found.our_failures += 1
    found.cards_left = [attempt.payment_method_id, *found.cards_left]
    found.due_at = next_try(DeclineClass.OURS, declines=found.our_failures, at=now)
    found.state = RechargeState.RETRYING
    if found.due_at is None:
        _give_up(found, charge, PauseReason.OURS, now=now)


def _after_refusal(found: Recharge, charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    if attempt.decline_class is DeclineClass.SOFT:
        found.cards_soft = [*found.cards_soft, attempt.payment_method_id]
    is_first, found.told_at = found.told_at is None, found.told_at or now
    if not try_card(found, charge, now=now):
        _end_round(found, charge, now=now)
    if is_first and found.state.is_open:
        mail_declined(found, attempt, now=now)
    if is_first:
        events.publish(RechargeDeclined(recharge=found, at=now))


def _end_round(found: Recharge, charge: Charge, *, now: datetime) -> None:
    """Every named card was tried: those that may pay later are tried again later."""
    if not found.cards_soft:
        _give_up(found, charge, PauseReason.REFUSED, now=now)
        return
    found.soft_declines += 1
    found.due_at = next_try(DeclineClass.SOFT, declines=found.soft_declines, at=now)
    if found.due_at is None:
        _give_up(found, charge, PauseReason.DECLINED, now=now)
        return
    found.state, found.cards_left, found.cards_soft = RechargeState.RETRYING, found.cards_soft, []


def _give_up(found: Recharge, charge: Charge, reason: PauseReason, *, now: datetime) -> None:
    end(found, RechargeState.DECLINED, now=now)
    tried = [] if reason is PauseReason.OURS else [attempt.fingerprint for attempt in attempts(charge.id)]
    pause(found.wallet, reason, fingerprints=tried, code=found.decline_code, recharge=found, now=now)


def _usable(found: Recharge, charge: Charge) -> Sequence[PaymentMethod]:
    """Still on file, and of the account that asked for the charge."""
    rows = session.scalars(
        select(PaymentMethod).where(
            PaymentMethod.agency_id == scope.agency_id(),
            PaymentMethod.id.in_(found.cards_left),
            PaymentMethod.detached_at.is_(None),
            PaymentMethod.merchant_account_id == charge.merchant_account_id,
        )
    )
    return sorted(rows, key=lambda card: found.cards_left.index(card.id))
