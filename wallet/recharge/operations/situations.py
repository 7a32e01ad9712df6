"""What a decision looks at, read for any number of wallets at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agency.foundation.database.bulk import any_of, execute, moments, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount, SubAccountState
from wallet.credits.standing import WalletKey
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards_of_sub_accounts
from wallet.recharge.models import RechargeRule, RechargeState
from wallet.recharge.rules.decision import Situation

CLOSED = [state for state in RechargeState if not state.is_open]
# What recharges took in the local month so far, with what an open one may still take.
PASTS = """
SELECT w.sub_account_id, w.currency,
    coalesce(sum(r.amount_micros) FILTER (
        WHERE r.state <> ALL (%(closed)s) OR (r.state = %(settled)s AND r.ended_at >= w.month)
    ), 0)::bigint,
    max(r.ended_at) FILTER (WHERE r.state = %(settled)s),
    coalesce(bool_or(r.state <> ALL (%(closed)s)), false),
    EXISTS (
        SELECT FROM recharge_pauses p
        WHERE p.agency_id = %(agency_id)s AND p.sub_account_id = w.sub_account_id AND p.currency = w.currency
            AND p.ended_at IS NULL
    )
FROM unnest(%(sub_account_ids)s::uuid[], %(currencies)s::text[], %(months)s::timestamptz[])
    AS w (sub_account_id, currency, month)
LEFT JOIN LATERAL (
    SELECT * FROM recharges f
    WHERE f.agency_id = %(agency_id)s AND f.sub_account_id = w.sub_account_id AND f.currency = w.currency
    OFFSET 0
) r ON true
GROUP BY w.sub_account_id, w.currency
"""


@dataclass(frozen=True, slots=True)
class Past:
    """Of a wallet's recharges; ``zone`` is its sub-account's, ``is_paused`` also says that of a paused sub-account."""

    charged_this_month: Money
    last_success_at: datetime | None
    has_open: bool
    is_paused: bool
    is_active: bool
    zone: ZoneInfo

    def situation(self, balance: Money, *, has_card: bool, resumes: bool = False) -> Situation:
        """The wallet of a sub-account that is paused or closed is not recharged either."""
        return Situation(
            balance=balance,
            charged_this_month=self.charged_this_month,
            last_success_at=self.last_success_at,
            has_open_recharge=self.has_open,
            is_paused=(self.is_paused and not resumes) or not self.is_active,
            has_card=has_card,
        )


def pasts(wallets: Sequence[WalletKey], *, now: datetime) -> dict[WalletKey, Past]:
    clients = _clients({wallet.sub_account_id for wallet in wallets})
    months = {zone: start_of_month(now, ZoneInfo(zone)) for _state, zone in clients.values()}
    session.flush()  # The driver's own statement does not see what the session still keeps.
    rows = execute(
        PASTS,
        {
            "agency_id": scope.agency_id(),
            "closed": CLOSED,
            "settled": RechargeState.SETTLED,
            "sub_account_ids": uuids(wallet.sub_account_id for wallet in wallets),
            "currencies": texts(wallet.currency for wallet in wallets),
            "months": moments(months[clients[wallet.sub_account_id][1]] for wallet in wallets),
        },
    )
    found = {}
    for sub_account_id, currency, charged, last_success_at, has_open, is_paused in rows:
        state, zone = clients[sub_account_id]
        found[WalletKey(sub_account_id, currency)] = Past(
            Money(charged, currency),
            last_success_at,
            has_open,
            is_paused,
            is_active=state is SubAccountState.ACTIVE,
            zone=ZoneInfo(zone),
        )
    return found


def charged_in_month(wallet: WalletKey, *, now: datetime) -> Money:
    return pasts([wallet], now=now)[wallet].charged_this_month


def named_cards(rules: Iterable[RechargeRule]) -> dict[WalletKey, Sequence[PaymentMethod]]:
    """The cards a recharge may try, in their order; those taken off file are left out."""
    wanted = {rule.wallet: rule.card_ids for rule in rules}
    return cards_named(wanted)


def cards_named(card_ids: Mapping[WalletKey, Sequence[UUID]]) -> dict[WalletKey, Sequence[PaymentMethod]]:
    """None named: the primary card and then the backups its person named, and nothing else."""
    on_file: dict[UUID, list[PaymentMethod]] = defaultdict(list)
    for card in cards_of_sub_accounts([wallet.sub_account_id for wallet in card_ids]):
        on_file[card.sub_account_id].append(card)
    return {wallet: _named(on_file[wallet.sub_account_id], named) for wallet, named in card_ids.items()}


def _named(on_file: Sequence[PaymentMethod], card_ids: Sequence[UUID]) -> list[PaymentMethod]:
    if not card_ids:
        return [card for card in on_file if card.is_primary or card.backup_order is not None]
    of_id = {card.id: card for card in on_file}
    return [of_id[card_id] for card_id in card_ids if card_id in of_id]


def _clients(sub_account_ids: Iterable[UUID]) -> dict[UUID, tuple[SubAccountState, str]]:
    wanted = SubAccount.id == any_of(sub_account_ids)
    rows = session.execute(select(SubAccount.id, SubAccount.state, SubAccount.time_zone).where(wanted))
    return {row.id: (row.state, row.time_zone) for row in rows}
