"""What a new agency does first; each step ticks itself, and the list goes when all is done."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, exists, select

from agency.foundation.database.session import session
from agency.plans.models.products import Product
from agency.plans.rules.components import ProductKind
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.models.subscriptions import Subscription
from wallet.credits.models.lots import CreditLot
from wallet.payment_methods.models import PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``endpoint`` is where it is done; ``permission`` is what that asks for."""

    label: LazyString
    endpoint: str
    permission: str
    is_done: bool


PLANS = select(Product.id).where(Product.kind == ProductKind.SAAS_PLAN)
STEPS: tuple[tuple[LazyString, str, str, Select[UUID]], ...] = (
    (_l("Put a plan on the shelf"), "catalogue.plans", "catalogue.manage", PLANS),
    (_l("Open a sub-account for a client"), "sub_accounts.create", "sub_accounts.manage", select(SubAccount.id)),
    (_l("Put the card of a client on file"), "sub_accounts.index", "sub_accounts.read", select(PaymentMethod.id)),
    (_l("Subscribe a client to a plan"), "sub_accounts.index", "subscriptions.manage", select(Subscription.id)),
    (_l("Put credit into a wallet"), "sub_accounts.index", "wallets.manage", select(CreditLot.id)),
)


def first_steps(may: Callable[[str], bool]) -> list[Step]:
    """Those that this visitor may take, asked of the database at once; none when every one is done."""
    found = session.execute(select(*(exists(done) for *_step, done in STEPS))).one()
    if all(found):
        return []
    return [
        Step(label=label, endpoint=endpoint, permission=permission, is_done=is_done)
        for (label, endpoint, permission, _done), is_done in zip(STEPS, found, strict=True)
        if may(permission)
    ]
