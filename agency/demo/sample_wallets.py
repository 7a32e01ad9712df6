"""Wallets that have lived: one that recharges itself, one that runs dry, one that is paused, one that owes.

Everything is done by the platform's own operations, in the past, with cards of the local Stripe.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.billing_accounts.queries import payer_of
from wallet.charges.jobs import collect
from wallet.charges.models import ChargeAttempt
from wallet.charges.queries import OPEN
from wallet.credits.operations.caps import set_overdraft
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.grants import Grant, grant_once
from wallet.credits.operations.holds import HoldWish, hold
from wallet.credits.operations.monthly import begin_monthly
from wallet.credits.rules.monthly import Unused
from wallet.payment_methods import setups
from wallet.recharge.jobs import run_recharges
from wallet.recharge.operations.saving import RuleWish, save_rule
from wallet.top_ups.operations.adding import TopUpWish, request_top_up

HISTORY = timedelta(days=80)
PAYS, PAYS_TOO, DECLINES = "pm_card_visa", "pm_card_mastercard", "pm_card_chargeCustomerFail"
# What a sub-account sends on a day: how much of which meter, and its price; a week of them, over and over.
WEEK = (
    (("340", "emails", "0.51"), ("96", "sms_segments", "0.7968")),
    (("28", "call_minutes", "0.364"), ("212", "sms_segments", "1.7596")),
    (("1120", "emails", "1.68"),),
    (("154", "sms_segments", "1.2782"), ("41", "call_minutes", "0.533")),
    (("410", "emails", "0.615"), ("87", "sms_segments", "0.7221")),
    (("12", "call_minutes", "0.156"),),
    (),
)
WORDS = {
    "en": {"emails": "campaign e-mails", "sms_segments": "text messages", "call_minutes": "call minutes"},
    "es": {"emails": "correos de campaña", "sms_segments": "mensajes SMS", "call_minutes": "minutos de llamada"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One wallet's past; every step takes its own moment."""

    client: SubAccount
    until: datetime

    def money(self, amount: str) -> Money:
        return Money.of(amount, self.client.currency)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """The step is kept, then the cards that it asked for are charged."""
        with clock.standing_at(moment):
            with transaction():
                yield
            self.settle()

    def settle(self) -> None:
        with transaction():
            waiting = session.scalars(
                select(ChargeAttempt.id).where(
                    ChargeAttempt.sub_account_id == self.client.id, ChargeAttempt.state.in_(OPEN)
                )
            ).all()
        for attempt_id in waiting:
            collect(attempt_id=str(attempt_id))

    def add_card(self, token: str, moment: datetime) -> None:
        consent = setups.Consent(text="Charge this card.", by=self.client.name, at=moment)
        with transaction():
            setup_id = setups.request_setup(payer_of(self.client.id), consent, token=token, now=moment).id
        setups.begin(setup_id, now=moment)
        setups.finish(setup_id, now=moment)

    def add_funds(self, amount: str, moment: datetime) -> None:
        with self.at(moment):
            request_top_up(TopUpWish(sub_account=self.client, amount=self.money(amount)), by=OPERATOR, now=moment)

    def recharge(self, threshold: str, amount: str, cap: str, moment: datetime) -> None:
        wish = RuleWish(
            sub_account=self.client,
            threshold=self.money(threshold),
            amount=self.money(amount),
            monthly_cap=self.money(cap),
            confirm=True,
        )
        with self.at(moment):
            save_rule(wish, by=OPERATOR, now=moment)

    def give(self, amount: str, reason: str, moment: datetime, *, expires_at: datetime) -> None:
        wish = Grant(
            sub_account_id=self.client.id,
            amount=self.money(amount),
            source_type="grant",
            source_id=ids.new_id(),
            description=reason,
            expires_at=expires_at,
        )
        with self.at(moment):
            grant_once(wish, by=OPERATOR, now=moment)

    def spend(self, what: str, meter: str, amount: str, moment: datetime) -> None:
        wish = Debit(
            sub_account_id=self.client.id,
            amount=self.money(amount),
            source_type="sample",
            source_id=ids.new_id(),
            description=what,
            meter=meter,
        )
        with self.at(moment):
            debit([wish], now=moment)

    def spend_daily(self, days: int) -> None:
        """So many days of work, up to yesterday."""
        for day in range(days, 0, -1):
            for hour, (count, meter, amount) in enumerate(WEEK[day % len(WEEK)]):
                what = f"{count} {WORDS[self.client.locale][meter]}"
                self.spend(what, meter, amount, self.until - timedelta(days=day, hours=-3 * hour))


def recharging(client: SubAccount, now: datetime) -> None:
    life, began = Life(client=client, until=now), now - HISTORY
    life.add_card(PAYS, began)
    life.add_card(PAYS_TOO, began)
    life.add_funds("50.00", began)
    life.give("20.00", "Bienvenida", began, expires_at=now + timedelta(days=12))
    life.recharge("10.00", "25.00", "150.00", began + timedelta(days=2))
    with life.at(now - timedelta(days=40)):
        begin_monthly(
            client,
            life.money("5.00"),
            Unused.EXPIRES,
            "Crédito mensual de cortesía",
            request_id=ids.new_id(),
            by=OPERATOR,
            now=now - timedelta(days=40),
        )
    life.spend_daily(HISTORY.days - 3)
    with life.at(now):
        wish = HoldWish(
            sub_account_id=client.id,
            amount=life.money("2.40"),
            source_type="sample",
            source_id=ids.new_id(),
            description="Asistente de voz: 3 llamadas",
            expires_at=now + timedelta(hours=6),
        )
        hold(wish, now=now)


def running_dry(client: SubAccount, now: datetime) -> None:
    life = Life(client=client, until=now)
    life.add_card(PAYS, now - timedelta(days=20))
    life.add_funds("25.00", now - timedelta(days=20))
    life.spend_daily(17)


def paused(client: SubAccount, now: datetime) -> None:
    """The card declines each time it is tried, until nothing tries it any more."""
    life, began = Life(client=client, until=now), now - timedelta(days=6)
    life.add_card(DECLINES, began)
    life.give("8.00", "Welcome credit", began, expires_at=now + timedelta(days=60))
    life.recharge("5.00", "20.00", "100.00", began)
    life.spend("412 text messages", "sms_segments", "3.4196", began + timedelta(days=3))
    tried = began + timedelta(days=3)
    for hours in (1, 2, 4):
        tried += timedelta(hours=hours, minutes=1)
        with clock.standing_at(tried):
            run_recharges(tried)
        with life.at(tried):
            pass


def owing(client: SubAccount, now: datetime) -> None:
    life = Life(client=client, until=now)
    life.add_card(PAYS, now - timedelta(days=15))
    life.add_funds("10.00", now - timedelta(days=15))
    with life.at(now - timedelta(days=14)):
        set_overdraft(client, life.money("20.00"), by=OPERATOR, now=now - timedelta(days=14))
    life.spend_daily(10)
