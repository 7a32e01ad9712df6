"""Ask the door for the charges of recharges that are due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import execute, integers, texts, uuids
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.charges.operations import ChargeWish, request_charges
from wallet.charges.words import RECHARGED
from wallet.credits.standing import WalletKey
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.models import RechargeState

RECHARGE = "recharge"
# The cards still left travel as one text each, since arrays of arrays must all be of one length.
WRITE = """
INSERT INTO recharges (
    agency_id, id, sub_account_id, currency, amount_micros, balance_micros, state, cards_left, cards_soft,
    soft_declines, our_failures, created_at
)
SELECT %(agency_id)s::uuid, r.id, r.sub_account_id, r.currency, r.amount, r.balance, %(state)s, r.cards_left::uuid[],
    '{}', 0, 0, %(now)s::timestamptz
FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(currencies)s::text[], %(amounts)s::bigint[],
    %(balances)s::bigint[], %(cards_left)s::text[]
) AS r (id, sub_account_id, currency, amount, balance, cards_left)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One recharge to ask for: the first card is charged, the others if it is refused."""

    wallet: WalletKey
    amount: Money
    balance: Money
    cards: Sequence[PaymentMethod]
    id: UUID = field(default_factory=ids.new_id)

    @property
    def charge(self) -> ChargeWish:
        return ChargeWish(
            source_type=RECHARGE,
            source_id=self.id,
            card=self.cards[0],
            amount=self.amount,
            description=RECHARGED,
        )


def fire(firings: Sequence[Firing], *, now: datetime) -> None:
    """Under the wallets' locks. The database itself refuses a second open one of a wallet."""
    if not firings:
        return
    execute(
        WRITE,
        {
            "agency_id": scope.agency_id(),
            "state": RechargeState.REQUESTED,
            "now": now,
            "ids": uuids(each.id for each in firings),
            "sub_account_ids": uuids(each.wallet.sub_account_id for each in firings),
            "currencies": texts(each.wallet.currency for each in firings),
            "amounts": integers(each.amount.micros for each in firings),
            "balances": integers(each.balance.micros for each in firings),
            "cards_left": texts(uuids(card.id for card in each.cards[1:]) for each in firings),
        },
    )
    request_charges([(each.charge, each.cards[0].payer_id) for each in firings], now=now)
