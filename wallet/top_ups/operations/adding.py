"""Somebody adds funds: asked for here, charged by the door, credited when the money has settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.tenants.models import SubAccount, SubAccountState
from wallet.billing_accounts.queries import payer_of
from wallet.charges.models import ChargeAttempt
from wallet.charges.operations import ChargeWish, request_charge
from wallet.charges.words import FUNDS_ADDED
from wallet.credits.standing import Standing, WalletKey, lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import card, cards
from wallet.top_ups.models import TopUp, TopUpState
from wallet.top_ups.operations.terms import terms_of
from wallet.top_ups.rules import refuse_amount

TOP_UP = "top_up"
# How long a cardholder may take to confirm with their bank.
CONFIRMED_WITHIN = timedelta(hours=24)


class NoCard(DomainError):
    status = 422
    field = "payment_method"
    message = _l("There is no card on file. Add one first.")


class WalletClosed(DomainError):
    message = _l("This sub-account is closed. No funds can be added.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpWish:
    """``card_id`` None: the primary card. ``request`` names the request, which is then done once."""

    sub_account: SubAccount
    amount: Money
    card_id: UUID | None = None
    request: str | None = None

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account.id, self.sub_account.currency)


def request_top_up(wish: TopUpWish, *, by: Actor, now: datetime) -> tuple[TopUp, ChargeAttempt]:
    """Ask for an amount from a card. The caller runs ``charges.jobs.collect`` after its commit.

    Raises:
        WalletClosed: the sub-account is closed.
        AmountRefused: outside the wallet's terms.
        NoCard: none is on file.
        NotFound: no such card of theirs.
    """
    if wish.sub_account.state is SubAccountState.CLOSED:
        raise WalletClosed
    chosen = chosen_card(wish.sub_account.id, wish.card_id)
    standing = lock_wallet(wish.wallet)
    refuse_amount(wish.amount, terms_of(wish.wallet), balance=standing.balance + on_its_way(standing))
    top_up = TopUp(
        sub_account_id=wish.sub_account.id,
        amount_micros=wish.amount.micros,
        currency=wish.amount.currency,
        payment_method_id=chosen.id,
        requested_by=by.name,
        request=wish.request,
        created_at=now,
        paid_owed_micros=0,
        bonus_micros=0,
    )
    session.add(top_up)
    session.flush()
    return top_up, _charge(top_up, chosen, by=by, now=now)


def _charge(top_up: TopUp, chosen: PaymentMethod, *, by: Actor, now: datetime) -> ChargeAttempt:
    attempt = request_charge(
        ChargeWish(
            source_type=TOP_UP,
            source_id=top_up.id,
            card=chosen,
            amount=top_up.amount,
            description=FUNDS_ADDED,
            off_session=False,
            collects=True,
        ),
        payer_id=chosen.payer_id,
        now=now,
    )
    record(
        "wallet.top_up_requested",
        top_up,
        by=by,
        now=now,
        after={"amount": str(top_up.amount), "card": chosen.name},
        sub_account_id=top_up.sub_account_id,
    )
    return attempt


def chosen_card(sub_account_id: UUID, card_id: UUID | None) -> PaymentMethod:
    """The card that was named, or the primary one.

    Raises:
        NoCard: none is on file.
        NotFound: no such card of theirs.
    """
    payer = payer_of(sub_account_id)
    if card_id is not None:
        return card(card_id, payer_id=payer.id)
    on_file = cards(payer.id)
    if not on_file:
        raise NoCard
    return on_file[0]


def on_its_way(standing: Standing) -> Money:
    """What cards are being charged for this wallet by its people."""
    open_states = [state for state in TopUpState if state.is_open]
    micros = session.scalar(
        select(func.coalesce(func.sum(TopUp.amount_micros), 0)).where(
            TopUp.sub_account_id == standing.key.sub_account_id,
            TopUp.currency == standing.key.currency,
            TopUp.state.in_(open_states),
        )
    )
    return Money(int(micros or 0), standing.key.currency)
