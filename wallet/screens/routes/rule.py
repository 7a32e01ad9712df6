"""Set automatic recharge, with the words one agrees to; a charge at once is confirmed first."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.typed_amounts import typed
from wallet.billing_accounts.queries import payer_of
from wallet.payment_methods.queries import cards
from wallet.payment_methods.setups import Consent
from wallet.recharge.operations.saving import RuleWish, save_rule
from wallet.screens.figures import Figures, figures_of
from wallet.screens.places import TAB, Place, in_console, in_panel, place_at
from wallet.screens.schemas import By, SavedRule
from wallet.screens.words import card_words
from wallet.top_ups.operations.terms import terms_of
from wallet.top_ups.rules import Terms

CARD_FIELDS = ("first_card", "second_card", "third_card")
# What a first rule offers, in multiples of the least that can be added.
USUAL_AMOUNT, USUAL_THRESHOLD = 5, 2
CONSENT = _l(
    "The cards above may be charged by themselves, without anybody present, each time the balance is at or below the"
    " threshold: at most up to the monthly cap, until this is switched off."
)


@in_panel.route("/wallet/recharge/rule", methods=["GET", "POST"])
@in_console.route(f"{TAB}/recharge/rule", methods=["GET", "POST"])
@permits("wallets.manage")
def rule(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    figures, terms = figures_of(at, now=now), terms_of(at.wallet)
    form = Form(SavedRule(at.sub_account.currency), initial=initial(figures, terms))
    typed_in = form.load()
    if typed_in is not None:
        wish = replace(wish_of(at, typed_in), consent=_consent(now), confirm=typed_in["confirm"])
        with form.catching(), transaction():
            save_rule(wish, by=current_actor(), now=now)
            flash(_("Auto-recharge is set."), "success")
            return redirect(at.url("recharge"))
    return form.page(
        "wallet/screens/rule.html",
        at=at,
        figures=figures,
        terms=terms,
        cards=[(card.public_id, card_words(card)) for card in cards(payer_of(at.sub_account.id).id)],
        consent=CONSENT,
    )


def _consent(now: datetime) -> Consent:
    return Consent(text=str(CONSENT), by=current_actor().name, at=now, address=request.remote_addr)


def wish_of(at: Place, typed_in: dict[str, Any]) -> RuleWish:
    by = By(typed_in["by"])
    named = [typed_in[name] for name in CARD_FIELDS if name in typed_in]
    return RuleWish(
        sub_account=at.sub_account,
        threshold=typed_in["threshold"],
        amount=typed_in["amount"] if by is By.AMOUNT else None,
        target=typed_in["target"] if by is By.TARGET else None,
        monthly_cap=typed_in.get("monthly_cap"),
        cards=tuple(dict.fromkeys(named)),
    )


def initial(figures: Figures, terms: Terms) -> dict[str, object]:
    """The rule as it is, or a sensible first one: the threshold lasts some days at the present pace."""
    if figures.rule is None:
        threshold = figures.suggestion or terms.minimum.times(USUAL_THRESHOLD)
        amount = min(max(terms.minimum.times(USUAL_AMOUNT), threshold), terms.maximum)
        return {"by": By.AMOUNT, "threshold": typed(threshold), "amount": typed(amount)}
    rule = figures.rule.terms
    named = dict(zip(CARD_FIELDS, figures.rule.rule.card_ids, strict=False))
    ids = {card.id: card.public_id for card in figures.rule.cards}
    said: dict[str, object] = {
        "by": By.AMOUNT if rule.amount is not None else By.TARGET,
        "threshold": typed(rule.threshold),
        "amount": typed(rule.amount),
        "target": typed(rule.target),
        "monthly_cap": typed(rule.monthly_cap),
    }
    return said | {name: ids[card_id] for name, card_id in named.items() if card_id in ids}
