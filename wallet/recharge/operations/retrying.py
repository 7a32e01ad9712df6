"""A recharge whose time has come: tried again, or given up."""

from datetime import datetime
from uuid import UUID

from wallet.charges.claims import locked_charge
from wallet.charges.operations import abandon
from wallet.charges.queries import charge_of
from wallet.credits.standing import lock_wallet
from wallet.recharge.models import RechargeState
from wallet.recharge.operations.answers import try_card
from wallet.recharge.operations.firing import RECHARGE
from wallet.recharge.queries import recharge, rule_of
from wallet.recharge.rules.decision import is_due


def go_on(recharge_id: UUID, *, now: datetime) -> None:
    """Safe to call at any moment: whoever comes second finds nothing to do."""
    charge = charge_of(RECHARGE, recharge_id)
    if charge is None:
        return
    charge = locked_charge(charge.id)  # A charge is locked before its wallet, as where it settles.
    found = recharge(recharge_id)
    standing = lock_wallet(found.wallet)
    found = recharge(recharge_id)
    if found.due_at is None or found.due_at > now:
        return
    found.due_at = None
    rule = rule_of(found.wallet)
    still_low = rule is not None and is_due(balance=standing.available(now=now), threshold=rule.terms.threshold)
    is_retry = found.state is RechargeState.RETRYING
    if not (is_retry and still_low and try_card(found, charge, now=now)):
        abandon(charge, now=now)
