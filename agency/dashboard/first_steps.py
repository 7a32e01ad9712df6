"""What a new agency does first; each step ticks itself, and the list goes when all is done."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, exists, select

from agency.foundation.database.session import session
from agency.plans.models.products import Product
from agency.plans.rules.components import ProductKind
from agency.tenants.models import SubAccount, SubAccountState
from subaccounts.subscriptions.models.subscriptions import Subscription
from wallet.credits.models.lots import CreditLot
from wallet.payment_methods.models import PaymentMethod


@dataclass(frozen=True, slots=True)
class Step:
    """``endpoint`` is where it is done, of a client its tab; ``hint`` tells who does it, if not the visitor."""

    label: LazyString
    endpoint: str
    permission: str
    done: Select[UUID]
    is_for_client: bool = True
    hint: LazyString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """``url`` is None for what is done for a client while there is none."""

    step: Step
    is_done: bool
    url: str | None


CARD_HINT = _l("Invite somebody of theirs: they add the card themselves, in their own panel.")
PLANS = select(Product.id).where(Product.kind == ProductKind.SAAS_PLAN)
OPEN = select(SubAccount.id).where(SubAccount.state != SubAccountState.CLOSED)
CARDS, SUBSCRIPTIONS, LOTS = (select(kind.id) for kind in (PaymentMethod, Subscription, CreditLot))
STEPS = (
    Step(_l("Put a plan on the shelf"), "catalogue.plans", "catalogue.manage", PLANS, is_for_client=False),
    Step(
        _l("Open a sub-account for a client"), "sub_accounts.create", "sub_accounts.manage", OPEN, is_for_client=False
    ),
    Step(_l("Have a client put a card on file"), "sub_account_team.members", "team.manage", CARDS, hint=CARD_HINT),
    Step(_l("Subscribe a client to a plan"), "sub_account_subscriptions.index", "subscriptions.manage", SUBSCRIPTIONS),
    Step(_l("Put credit into a wallet"), "sub_account_wallet.show", "wallets.manage", LOTS),
)
NEWEST = OPEN.order_by(SubAccount.id.desc()).limit(1).scalar_subquery()


def first_steps(may: Callable[[str], bool]) -> list[Shown]:
    """Those that this visitor may take, asked of the database at once; none when every one is done."""
    newest, *found = session.execute(select(NEWEST, *(exists(step.done) for step in STEPS))).one()
    if all(found):
        return []
    return [
        Shown(step=step, is_done=is_done, url=_url(step, newest))
        for step, is_done in zip(STEPS, found, strict=True)
        if may(step.permission)
    ]


def _url(step: Step, client: UUID | None) -> str | None:
    if not step.is_for_client:
        return url_for(step.endpoint)
    return url_for(step.endpoint, sub_account_id=client) if client else None
