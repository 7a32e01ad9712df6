"""The chart of accounts: what money can stand as, and on which side it grows."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Self
from uuid import UUID, uuid5

SUB_ACCOUNT = "sub_account"


class AccountKind(StrEnum):
    PURCHASED_CREDIT = "purchased_credit"
    COMPLIMENTARY_CREDIT = "complimentary_credit"
    OWED = "owed"
    CARD_CLEARING = "card_clearing"
    RECEIVABLE = "receivable"
    UNAPPLIED_CREDIT = "unapplied_credit"
    REVENUE_PLANS = "revenue_plans"
    REVENUE_RESALE = "revenue_resale"
    REVENUE_MARKETPLACE = "revenue_marketplace"
    REVENUE_USAGE = "revenue_usage"
    WHOLESALE_COST = "wholesale_cost"
    WHOLESALE_PAYABLE = "wholesale_payable"
    COMPLIMENTARY_EXPENSE = "complimentary_expense"
    BREAKAGE = "breakage"
    TAX_PAYABLE = "tax_payable"
    BAD_DEBT = "bad_debt"
    ROUNDING = "rounding"
    DEVELOPER_PAYABLE = "developer_payable"
    PLATFORM_SHARE = "platform_share"
    PAID_OUT = "paid_out"
    MOVED_CREDIT = "moved_credit"
    SELLER_RECEIVABLE = "seller_receivable"
    SELLER_SALES = "seller_sales"
    SELLER_TAX = "seller_tax"
    SELLER_CLEARING = "seller_clearing"
    SELLER_UNAPPLIED = "seller_unapplied"
    SELLER_BAD_DEBT = "seller_bad_debt"
    SELLER_ROUNDING = "seller_rounding"


# What is owned, owed to the books' owner, or spent grows by debits; everything else by credits.
DEBIT_KINDS = frozenset(
    {
        AccountKind.OWED,
        AccountKind.CARD_CLEARING,
        AccountKind.RECEIVABLE,
        AccountKind.WHOLESALE_COST,
        AccountKind.COMPLIMENTARY_EXPENSE,
        AccountKind.BAD_DEBT,
        AccountKind.SELLER_RECEIVABLE,
        AccountKind.SELLER_CLEARING,
        AccountKind.SELLER_BAD_DEBT,
    }
)
SELLER_KINDS = frozenset(kind for kind in AccountKind if kind.startswith("seller_"))
# The database refuses to take these below zero; what is held counts as gone.
CREDIT_WITH_FLOOR = (AccountKind.PURCHASED_CREDIT, AccountKind.COMPLIMENTARY_CREDIT)


class AccountKey(NamedTuple):
    """Names one account; it is opened by the first transfer that touches it.

    Every account stands in the books of one sub-account, revenue and cost too: no row is hot for a whole
    agency, the wall around a sub-account holds, and what a client brought is a sum over its own accounts.
    ``owner_type`` and ``owner_id`` name who else it is about: a billing account, a customer, a publisher.
    """

    kind: AccountKind
    sub_account_id: UUID
    currency: str
    owner_type: str = SUB_ACCOUNT
    owner_id: UUID | None = None

    @property
    def owner(self) -> UUID:
        return self.owner_id or self.sub_account_id

    @property
    def gate(self) -> "AccountKey":
        """The account whose lock guards this side of the sub-account's books in this currency.

        Who writes twice in a transaction cannot keep the order of all its accounts; it can keep that of one gate.
        """
        kind = AccountKind.SELLER_SALES if self.kind in SELLER_KINDS else AccountKind.OWED
        return AccountKey(kind, self.sub_account_id, self.currency)

    @property
    def id(self) -> UUID:
        """Made from the name, so that nobody has to look it up."""
        return _id_of(self)

    @classmethod
    def named(cls, kind: AccountKind, sub_account_id: UUID, currency: str, owner_type: str, owner_id: UUID) -> Self:
        """The key of a stored account, equal to that of whoever asked for it."""
        return cls(kind, sub_account_id, currency, owner_type, None if owner_type == SUB_ACCOUNT else owner_id)


@lru_cache(maxsize=16384)  # A wallet has three accounts that each debit names: making their ids costs more than this.
def _id_of(key: AccountKey) -> UUID:
    return uuid5(key.sub_account_id, f"{key.kind} {key.currency} {key.owner_type} {key.owner}")
