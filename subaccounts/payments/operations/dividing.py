"""What a payment is to pay, checked against what is owed now, under the invoices' locks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.operations.settling import locked
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.queries import owed_of, under_way
from subaccounts.payments.rules.splitting import Owed, in_order, split, total
from wallet.billing_accounts.models import BillingAccount


class BalanceChanged(DomainError):
    """What the payer saw is not what is owed."""

    field = "amount"
    message = _l("What is owed has changed: it is %(amount)s now. Nothing was charged. Check it and pay again.")

    @property
    def facts(self) -> dict[str, str | None]:
        amount = self.values["amount"]
        assert isinstance(amount, Money)  # noqa: S101  # Only ever raised with one.
        return {"amount_owed": amount.plain(), "currency": amount.currency}


class PaymentUnderWay(DomainError):
    message = _l(
        "A payment of %(amount)s for this is still being processed. Nothing was charged again; wait for its end."
    )


class NothingOwed(DomainError):
    message = _l("Nothing is left to pay. Nothing was charged.")


class SplitTooLarge(DomainError):
    status = 422
    field = "allocations"
    message = _l("The parts come to more than the payment. Nothing was done.")


class CurrencyDiffers(DomainError):
    status = 422
    field = "amount"
    message = _l("This is paid in %(currency)s. Nothing was done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayWish:
    """Who pays what.

    Attributes:
        account: the payer's billing account, whose currency is paid.
        amount: None is all that is owed (of ``invoice_ids``).
        splits: how much of each invoice; None is past due first, then by due date, issue date and number.
        invoice_ids: to which invoices a payment without ``splits`` goes; None is all that are open.
        seen: the balances the payer was shown; where one differs now, nothing is paid.
        request: names the request, which is then done once.
    """

    account: BillingAccount
    seller: Seller
    customer_id: UUID | None = None
    amount: Money | None = None
    splits: Mapping[UUID, Money] | None = None
    invoice_ids: Iterable[UUID] | None = None
    seen: Mapping[UUID, Money] | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """``splits`` of ``amount``; the rest becomes the payer's credit."""

    amount: Money
    splits: Mapping[UUID, Money]


def lock_request(request: str | None) -> None:
    """Whoever comes with the same request waits, and then finds what the first one did."""
    if request is not None:
        take_turn(f"payment/{request}")


def divide(wish: PayWish, *, keeps_rest: bool, now: datetime) -> Division:
    """Lock what is to be paid and divide the amount; ``keeps_rest``: more than is owed becomes credit.

    Raises:
        BalanceChanged, PaymentUnderWay, NothingOwed, SplitTooLarge, CurrencyDiffers
    """
    currency = wish.account.currency
    named = [*(wish.splits or {}).values(), *([wish.amount] if wish.amount else [])]
    if any(each.currency != currency for each in named):
        raise CurrencyDiffers(currency=currency)
    owed = _locked_owed(wish)
    _refuse_changed(wish, owed)
    if wish.splits is not None:
        return _as_said(wish, wish.splits, owed, keeps_rest=keeps_rest)
    return _by_order(wish, owed, keeps_rest=keeps_rest, now=now)


def _locked_owed(wish: PayWish) -> list[Owed]:
    """What can be paid now of the invoices that are meant, kept from others until the transaction ends."""
    account = wish.account
    query = select(Invoice.id).where(
        Invoice.payer_id == account.payer_id, Invoice.currency == account.currency, Invoice.state == State.OPEN
    )
    meant = wish.splits if wish.splits is not None else wish.invoice_ids
    if meant is not None:
        query = query.where(Invoice.id.in_(set(meant)))
    rows = locked(session.scalars(query).all())
    return owed_of((row for row in rows.values() if row.state is State.OPEN), account.payer_id)


def _refuse_changed(wish: PayWish, owed: Iterable[Owed]) -> None:
    now_owed = {each.invoice_id: each.amount for each in owed}
    if wish.seen is not None and any(now_owed.get(key) != amount for key, amount in wish.seen.items()):
        _refuse(wish, Money.sum(now_owed.values(), wish.account.currency))


def _as_said(wish: PayWish, splits: Mapping[UUID, Money], owed: Iterable[Owed], *, keeps_rest: bool) -> Division:
    available = {each.invoice_id: each.amount for each in owed}
    nothing = Money.zero(wish.account.currency)
    if any(amount > available.get(key, nothing) or amount.micros <= 0 for key, amount in splits.items()):
        _refuse(wish, Money.sum(available.values(), wish.account.currency))
    parts = total(splits, wish.account.currency)
    amount = wish.amount or parts
    if parts > amount or (parts < amount and not keeps_rest):
        raise SplitTooLarge
    return Division(amount=amount, splits=splits)


def _by_order(wish: PayWish, owed: Iterable[Owed], *, keeps_rest: bool, now: datetime) -> Division:
    today = SellerAtHand(seller_id(wish.seller, wish.account.sub_account_id)).today(now)
    ordered = in_order(owed, today=today)
    all_owed = Money.sum([each.amount for each in ordered], wish.account.currency)
    amount = wish.amount or all_owed
    if not amount or (amount > all_owed and not keeps_rest):
        _refuse(wish, all_owed)
    return Division(amount=amount, splits=split(amount, ordered))


def _refuse(wish: PayWish, owed: Money) -> None:
    """Say why: somebody is paying it already, nothing is owed any more, or another amount is."""
    flying = [row for row in under_way(wish.account.payer_id) if _touches(row, wish)]
    if flying:
        raise PaymentUnderWay(amount=Money.sum([row.amount for row in flying], wish.account.currency))
    if not owed:
        raise NothingOwed
    raise BalanceChanged(amount=owed)


def _touches(row: Payment, wish: PayWish) -> bool:
    meant = wish.splits if wish.splits is not None else wish.invoice_ids
    if row.currency != wish.account.currency:
        return False
    return meant is None or bool(row.split.keys() & set(meant))
