from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from marshmallow import ValidationError

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.api import ListQuery
from agency.foundation.errors import InvalidInput
from agency.foundation.money import Money
from agency.foundation.paging import Page
from agency.foundation.schemas import read_money
from agency.tenants import queries as tenants
from wallet.credits import queries
from wallet.credits.explanations import explain
from wallet.credits.history import HistoryFilter, LotShare, find_transaction, lots_of, transactions
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.queries import wallet_of
from wallet.credits.routes.amounts import refuse_foreign_amount
from wallet.credits.schemas import (
    Explanation,
    FundsAnswer,
    FundsQuery,
    FundsWish,
    Lots,
    TransactionAnswer,
    TransactionQuery,
    Transactions,
    WalletAnswer,
    days_left,
)
from wallet.ledger.codes import Code

wallets = api("wallets", __name__, description="Prepaid credit of sub-accounts.")
PATH = "/wallets/<id(sac):sub_account_id>"


@wallets.route(PATH)
class Wallet(MethodView):
    @wallets.response(200, WalletAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID) -> dict[str, object]:
        """The balance of a wallet, its parts, and how long it lasts."""
        now = clock.now()
        found = queries.balance(tenants.sub_account(sub_account_id), now=now)
        return {
            "sub_account_id": sub_account_id,
            "balance": found.balance,
            "purchased": found.purchased,
            "complimentary": found.complimentary,
            "owed": found.owed,
            "held": found.held,
            "available": found.available,
            "bound": found.bound,
            "overdraft": found.overdraft,
            "runway": {"runs_dry_at": found.runs_dry_at, "days": days_left(found.runs_dry_at, now)},
        }


@wallets.route(f"{PATH}/lots")
class WalletLots(MethodView):
    @wallets.arguments(ListQuery, location="query")
    @wallets.response(200, Lots)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[CreditLot]:
        """Every lot of credit, newest first."""
        sub_account = tenants.sub_account(sub_account_id)
        return queries.lots(wallet_of(sub_account), cursor=query.get("cursor"), limit=query["limit"])


@wallets.route(f"{PATH}/transactions")
class WalletTransactions(MethodView):
    @wallets.arguments(TransactionQuery, location="query")
    @wallets.response(200, Transactions)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> dict[str, object]:
        """The wallet's history, newest first, with the lots that paid."""
        wanted = HistoryFilter(
            kinds=(Code(query["kind"]),) if "kind" in query else (),
            product_id=query.get("product_id"),
            start=query.get("start"),
            end=query.get("end"),
        )
        key = wallet_of(tenants.sub_account(sub_account_id))
        page = transactions(key, wanted, cursor=query.get("cursor"), limit=query["limit"])
        return {"data": with_lots(page.rows), "next_cursor": page.next_cursor}


@wallets.route(f"{PATH}/transactions/<id(txn):transaction_id>")
class OneTransaction(MethodView):
    @wallets.response(200, TransactionAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, transaction_id: UUID) -> dict[str, object]:
        """One line of the wallet's history."""
        return with_lots([find_transaction(transaction_id, sub_account_id=sub_account_id)])[0]


@wallets.route(f"{PATH}/transactions/<id(txn):transaction_id>/explanation")
class TransactionExplanation(MethodView):
    @wallets.response(200, Explanation)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, transaction_id: UUID) -> dict[str, object]:
        """The chain behind a transaction: its cause, its amount, the credit that paid, where that came from."""
        row = find_transaction(transaction_id, sub_account_id=sub_account_id)
        return {"data": explain(row, for_agency=g.get("place") is None)}


@wallets.route(f"{PATH}/has-funds")
class HasFunds(MethodView):
    @wallets.arguments(FundsQuery, location="query")
    @wallets.response(200, FundsAnswer)
    @permits("wallets.read")
    def get(self, query: dict[str, str], sub_account_id: UUID) -> dict[str, object]:
        """Whether new work of that price could begin now."""
        try:
            amount = read_money(query["amount"], query["currency"])
        except ValidationError as error:
            raise InvalidInput({"amount": list(error.messages)}) from error
        return _funds(sub_account_id, amount, query.get("meter"))

    @wallets.arguments(FundsWish)
    @wallets.response(200, FundsAnswer)
    @permits("wallets.read")
    def post(self, wish: dict[str, Any], sub_account_id: UUID) -> dict[str, object]:
        """The same question as a body."""
        return _funds(sub_account_id, wish["amount"], wish.get("meter"))


def _funds(sub_account_id: UUID, amount: Money, meter: str | None) -> dict[str, object]:
    sub_account = tenants.sub_account(sub_account_id)
    refuse_foreign_amount(sub_account, amount)
    key, now = wallet_of(sub_account), clock.now()
    has_funds = sub_account.is_open and queries.has_funds(key, amount, meter=meter, now=now)
    return {"has_funds": has_funds, "available": queries.available(key, meter=meter, now=now)}


def with_lots(rows: Sequence[WalletTransaction]) -> list[dict[str, object]]:
    shares = lots_of([row.id for row in rows])
    names = (
        "id",
        "kind",
        "amount",
        "purchased_change",
        "complimentary_change",
        "owed_change",
        "balance",
        "description",
        "meter",
        "product_id",
        "refers_to_id",
        "effective_at",
        "booked_at",
    )
    return [{name: getattr(row, name) for name in names} | {"lots": _lots(shares.get(row.id, []))} for row in rows]


def _lots(shares: list[LotShare]) -> list[dict[str, object]]:
    return [{"lot_id": share.lot.id, "kind": share.lot.kind, "amount": share.amount} for share in shares]
