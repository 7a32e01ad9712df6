from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from wallet.credits.standing import WalletKey
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account
from wallet.recharge.models import Recharge, RechargeDecision, RechargePause, RechargeRule, RechargeState


class RuleState(StrEnum):
    """What really holds of a rule that is set."""

    ON = "on"
    CHARGING = "charging"
    RETRYING = "retrying"
    CAP_REACHED = "cap_reached"
    NO_CARD = "no_card"
    PAUSED = "paused"


OPEN = [state for state in RechargeState if state.is_open]


def rule_of(wallet: WalletKey) -> RechargeRule | None:
    return session.scalar(
        select(RechargeRule).where(
            RechargeRule.sub_account_id == wallet.sub_account_id, RechargeRule.currency == wallet.currency
        )
    )


def rules_of(sub_account_ids: Sequence[UUID]) -> Sequence[RechargeRule]:
    """As they stand in the database: the caller holds the wallets' locks."""
    return session.scalars(
        select(RechargeRule)
        .where(RechargeRule.sub_account_id == any_of(sub_account_ids))
        .order_by(RechargeRule.id)
        .execution_options(populate_existing=True)
    ).all()


def open_recharge(wallet: WalletKey) -> Recharge | None:
    return session.scalar(
        select(Recharge).where(
            Recharge.sub_account_id == wallet.sub_account_id,
            Recharge.currency == wallet.currency,
            Recharge.state.in_(OPEN),
        )
    )


def open_pause(wallet: WalletKey) -> RechargePause | None:
    return session.scalar(
        select(RechargePause).where(
            RechargePause.sub_account_id == wallet.sub_account_id,
            RechargePause.currency == wallet.currency,
            RechargePause.ended_at.is_(None),
        )
    )


def recharge(recharge_id: UUID, *, sub_account_id: UUID | None = None) -> Recharge:
    """One of the scope's, or of the named sub-account, as it stands in the database now.

    Raises:
        NotFound: none such.
    """
    found = session.get(Recharge, (scope.agency_id(), recharge_id), populate_existing=True)
    if found is None or found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def recharge_of_link(digest: bytes) -> Recharge | None:
    return session.scalar(
        select(Recharge).where(Recharge.link_digest == digest).execution_options(populate_existing=True)
    )


def recharges(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[Recharge]:
    """Of one wallet, newest first."""
    query = select(Recharge).where(Recharge.sub_account_id == sub_account_id)
    return paged(query, Recharge.id, cursor=cursor, limit=limit)


def decisions(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[RechargeDecision]:
    """Why it was recharged and why not, newest first."""
    query = select(RechargeDecision).where(RechargeDecision.sub_account_id == sub_account_id)
    return paged(query, RechargeDecision.id, cursor=cursor, limit=limit)


def pauses(sub_account_id: UUID) -> Sequence[RechargePause]:
    """Every pause, newest first."""
    return session.scalars(
        select(RechargePause).where(RechargePause.sub_account_id == sub_account_id).order_by(RechargePause.id.desc())
    ).all()


def low_rules() -> Sequence[RechargeRule]:
    """Rules whose wallet's accounts stand at or below the threshold, with nothing under way and no pause."""
    stands = (
        select(func.sum(case((Account.kind == AccountKind.OWED, -1), else_=1) * _posted()))
        .where(
            Account.sub_account_id == RechargeRule.sub_account_id,
            Account.currency == RechargeRule.currency,
            Account.owner_id == RechargeRule.sub_account_id,
            Account.kind.in_([AccountKind.PURCHASED_CREDIT, AccountKind.COMPLIMENTARY_CREDIT, AccountKind.OWED]),
        )
        .scalar_subquery()
    )
    same = (Recharge.sub_account_id == RechargeRule.sub_account_id) & (Recharge.currency == RechargeRule.currency)
    under_way = select(Recharge.id).where(same, Recharge.state.in_(OPEN)).exists()
    paused = (
        select(RechargePause.id)
        .where(
            RechargePause.sub_account_id == RechargeRule.sub_account_id,
            RechargePause.currency == RechargeRule.currency,
            RechargePause.ended_at.is_(None),
        )
        .exists()
    )
    return session.scalars(
        select(RechargeRule).where(
            func.coalesce(stands, 0) <= RechargeRule.threshold_micros,
            ~under_way,
            ~paused,
            RechargeRule.look_at.is_(None),
        )
    ).all()


def _posted() -> ColumnElement[int]:
    """What stands on an account on its own side, less what holds may take of it."""
    grown = Account.credits_posted - Account.debits_posted - Account.debits_pending
    owed = Account.debits_posted - Account.credits_posted + Account.debits_pending
    return case((Account.kind == AccountKind.OWED, owed), else_=grown)
