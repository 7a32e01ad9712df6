"""What every wallet holds now, by the ledger's stored sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account

PARTS = {
    "purchased": AccountKind.PURCHASED_CREDIT,
    "complimentary": AccountKind.COMPLIMENTARY_CREDIT,
    "owed": AccountKind.OWED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletLine:
    """One wallet, or all of a currency. ``held`` is a part of the balance that is promised."""

    sub_account_id: UUID | None
    name: str
    purchased: Money
    complimentary: Money
    owed: Money
    held: Money

    @property
    def currency(self) -> str:
        return self.purchased.currency

    @property
    def balance(self) -> Money:
        return self.purchased + self.complimentary - self.owed

    @property
    def available(self) -> Money:
        return self.balance - self.held


def wallet_lines() -> list[WalletLine]:
    """Of clients whose wallet was ever used, by currency and name."""
    grown = Account.credits_posted - Account.debits_posted
    sums = [func.coalesce(func.sum(grown).filter(Account.kind == kind), 0) for kind in PARTS.values()]
    held = func.coalesce(func.sum(Account.debits_pending), 0)
    rows = session.execute(
        select(SubAccount.id, SubAccount.name, Account.currency, *sums, held)
        .join(Account, (Account.agency_id == SubAccount.agency_id) & (Account.sub_account_id == SubAccount.id))
        .where(Account.kind.in_(PARTS.values()))
        .group_by(SubAccount.id, SubAccount.name, Account.currency)
        .order_by(Account.currency, func.lower(SubAccount.name), SubAccount.id)
    )
    return [_line(client, name, currency, sums) for client, name, currency, *sums in rows]


def wallet_totals(lines: list[WalletLine]) -> Iterator[WalletLine]:
    """One for each currency."""
    for currency in sorted({line.currency for line in lines}):
        of_it = [line for line in lines if line.currency == currency]
        parts = ("purchased", "complimentary", "owed", "held")
        sums = {part: Money.sum((getattr(line, part) for line in of_it), currency) for part in parts}
        yield WalletLine(sub_account_id=None, name=currency, **sums)


def _line(client: UUID, name: str, currency: str, sums: Sequence[int]) -> WalletLine:
    purchased, complimentary, owed, held = map(int, sums)
    return WalletLine(
        sub_account_id=client,
        name=name,
        purchased=Money(purchased, currency),
        complimentary=Money(complimentary, currency),
        owed=Money(-owed, currency),
        held=Money(held, currency),
    )
