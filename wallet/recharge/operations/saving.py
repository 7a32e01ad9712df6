"""A rule is saved with its consent, or ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.i18n import money as in_words
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.billing_accounts.queries import payer_of
from wallet.charges.claims import locked_charge
from wallet.charges.models import Charge
from wallet.charges.operations import abandon
from wallet.charges.queries import charge_of
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import card
from wallet.payment_methods.setups import Consent
from wallet.recharge.models import LiftedBy, RechargePause, RechargeRule
from wallet.recharge.operations.firing import RECHARGE
from wallet.recharge.operations.looking import act, bounds_of, would
from wallet.recharge.operations.pauses import lift
from wallet.recharge.operations.situations import cards_named
from wallet.recharge.queries import open_pause, open_recharge, rule_of
from wallet.recharge.rules.terms import RuleTerms, default_cap, refuse_faults


class ChargesNow(DomainError):
    """Saving would charge at once, and nobody has confirmed that."""

    field = "confirm"
    message = _l("The balance is at or below the threshold: you will be charged %(amount)s now. Confirm to save.")

    @property
    def facts(self) -> dict[str, str | None]:
        return {"charge_now": str(self.values["amount"])}


class NoCardToCharge(DomainError):
    status = 422
    field = "cards"
    message = _l("There is no card to charge. Add one first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWish:
    """``cards`` in their order; none: the primary one and its backups. ``confirm``: a charge at once is fine.

    Without a consent of its own, whoever saves it agrees to what the terms say.
    """

    sub_account: SubAccount
    threshold: Money
    amount: Money | None = None
    target: Money | None = None
    monthly_cap: Money | None = None
    cards: tuple[UUID, ...] = ()
    consent: Consent | None = None
    confirm: bool = False

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account.id, self.sub_account.currency)

    @property
    def terms(self) -> RuleTerms:
        cap = self.monthly_cap
        if cap is None:
            cap = default_cap(threshold=self.threshold, amount=self.amount, target=self.target)
        return RuleTerms(threshold=self.threshold, monthly_cap=cap, amount=self.amount, target=self.target)


def save_rule(wish: RuleWish, *, by: Actor, now: datetime) -> RechargeRule:
    """Set the wallet's rule; where the balance is low already, it is recharged at once.

    Raises:
        RuleRefused: names everything that is wrong with it.
        NoCardToCharge, NotFound: none is on file; a named one is not theirs.
        ChargesNow: it would charge at once and that was not confirmed.
    """
    refuse_faults(wish.terms, bounds_of(wish.wallet))
    named = _cards(wish)
    standing = lock_wallet(wish.wallet)
    balance, paused = standing.available(now=now), open_pause(wish.wallet)
    resumes = paused is not None and _is_another(named[0], paused)
    decision = would(wish.terms, wish.wallet, balance, resumes=resumes, has_card=True, now=now)
    if decision.amount is not None and not wish.confirm:
        raise ChargesNow(amount=decision.amount)
    rule = _written(wish, by=by, now=now)
    if paused is not None and resumes:
        lift(paused, LiftedBy.CARD, by=by, now=now)
    act([(rule, balance)], now=now)
    return rule


def remove_rule(wallet: WalletKey, *, by: Actor, now: datetime) -> None:
    """End automatic recharge; what is on its way to a card is withdrawn if it still can be.

    Raises:
        NotFound: there is no rule.
    """
    charge = _locked_with_charge(wallet)
    rule = rule_of(wallet)
    if rule is None:
        raise NotFound
    if charge is not None:
        abandon(charge, now=now)
    record("recharge_rule.removed", rule, by=by, now=now, before=_words(rule.terms), sub_account_id=rule.sub_account_id)
    session.delete(rule)
    session.flush()


def consent_text(terms: RuleTerms) -> str:
    """What somebody who saves these terms agrees to."""
    if terms.amount is not None:
        how = in_words(terms.amount)
    else:
        how = str(_("what brings it to %(target)s", target=in_words(terms.target)))
    return str(
        _(
            "Whenever the balance is at or below %(threshold)s, my card is charged %(how)s, and never more than "
            "%(cap)s a month. I can end this at any time.",
            threshold=in_words(terms.threshold),
            how=how,
            cap=in_words(terms.monthly_cap),
        )
    )


def _locked_with_charge(wallet: WalletKey) -> Charge | None:
    """A charge is locked before its wallet, as where it settles: of what fires between the two, anew in this order."""
    while True:
        charge = _charge_under_way(wallet)
        if charge is not None:
            locked_charge(charge.id)
        with session.begin_nested() as attempt:
            lock_wallet(wallet)
            if _charge_under_way(wallet) is charge:
                return charge
            attempt.rollback()  # Which lets go of the wallet alone.


def _charge_under_way(wallet: WalletKey) -> Charge | None:
    found = open_recharge(wallet)
    return charge_of(RECHARGE, found.id) if found else None


def _cards(wish: RuleWish) -> Sequence[PaymentMethod]:
    payer = payer_of(wish.sub_account.id)
    for card_id in wish.cards:
        card(card_id, payer_id=payer.id)
    found = cards_named({wish.wallet: wish.cards})[wish.wallet]
    if not found:
        raise NoCardToCharge
    return found


def _is_another(first: PaymentMethod, paused: RechargePause) -> bool:
    return first.fingerprint not in paused.fingerprints


def _written(wish: RuleWish, *, by: Actor, now: datetime) -> RechargeRule:
    terms, rule = wish.terms, rule_of(wish.wallet)
    before = _words(rule.terms) if rule else {}
    if rule is None:
        rule = RechargeRule(sub_account_id=wish.sub_account.id, currency=wish.wallet.currency, created_at=now)
        session.add(rule)
    rule.threshold_micros, rule.cap_micros = terms.threshold.micros, terms.monthly_cap.micros
    rule.amount_micros = terms.amount.micros if terms.amount else None
    rule.target_micros = terms.target.micros if terms.target else None
    rule.card_ids = list(wish.cards)
    given = wish.consent or Consent(text=consent_text(terms), by=by.name, at=now)
    rule.consent_text, rule.consented_by, rule.consented_at = given.text, given.by, given.at
    session.flush()
    after = _words(terms) | {"consent": rule.consent_text}
    record("recharge_rule.saved", rule, by=by, now=now, before=before, after=after, sub_account_id=rule.sub_account_id)
    return rule


def _words(terms: RuleTerms) -> dict[str, str]:
    named = {
        "threshold": terms.threshold,
        "amount": terms.amount,
        "target": terms.target,
        "monthly_cap": terms.monthly_cap,
    }
    return {name: str(money) for name, money in named.items() if money is not None}
