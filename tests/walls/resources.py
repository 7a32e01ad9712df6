"""One row of everything that a route can name, for both agencies: features add theirs here.

A route whose parameter nobody builds fails ``test_every_route_can_be_tried``.
"""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.base import Identified
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans.models.meters import Meter
from agency.plans.operations.taxes import TaxWish, add_tax
from agency.staff.models import ApiKey, Membership, SignIn
from agency.staff.operations.invitations import invite
from agency.staff.roles import Role
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories import marketplace, plans, staff, subscriptions, usage, wallet, webhooks
from tests.walls import cards, documents, funds, portals
from tests.walls.world import Side
from wallet.credits.models.limits import CapKind, CapPeriod
from wallet.credits.operations.caps import set_cap

Builder = Callable[[Side], UUID]


def build(*sides: Side) -> None:
    for side in sides:
        for name, builder in BUILDERS.items():
            side.ids[name] = builder(side)


def newest(of: Side, model: type[Identified]) -> UUID:
    with scope.of_agency(of.agency.id), transaction():
        return session.scalars(select(model.id).order_by(model.id.desc())).first()


def membership(side: Side) -> UUID:
    staff.person(side.agency, email="member@example.com", name="Member", role=Role.VIEWER, at=side.sub_account)
    return newest(side, Membership)


def invitation(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        invited, _token = invite(
            email="invited@example.com",
            role=Role.VIEWER,
            sub_account_id=side.sub_account.id,
            may_manage_owners=True,
            by=OPERATOR,
            now=clock.wall(),
        )
    return invited.id


def api_key(side: Side) -> UUID:
    staff.api_key(side.agency, at=side.sub_account)
    return newest(side, ApiKey)


def sign_in(side: Side) -> UUID:
    member = staff.person(side.agency, email="browsing@example.com", name="Browsing", role=Role.SUPPORT)
    staff.sign_in(member)
    return newest(side, SignIn)


def wallet_transaction(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        return wallet.topped_up(side.sub_account, "25.00").id


def hold(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        return wallet.held(side.sub_account, "5.00").id


def monthly_credit(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        return wallet.given_monthly(side.sub_account, "5.00").id


def cap(side: Side) -> UUID:
    product, limit = plans.product(side.agency), wallet.dollars("5.00")
    with scope.of_agency(side.agency.id), transaction():
        return set_cap(
            side.sub_account, product.id, CapPeriod.DAY, CapKind.SOFT, limit, by=OPERATOR, now=clock.wall()
        ).id


def tax(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        return add_tax(TaxWish(name=f"{side.agency.name} tax", percent=Decimal(8)), by=OPERATOR, now=clock.wall()).id


def subscription_change(side: Side) -> UUID:
    subscribed = subscriptions.subscription(side.sub_account, plans.plan(side.agency))
    return subscriptions.changed(subscribed, quantity=2, when=TakesEffect.PERIOD_END).id


def move(side: Side) -> UUID:
    plan = plans.plan(side.agency, name=f"{side.agency.name} moving", monthly=None)
    price = plans.price(plan, plans.flat("10.00", side.agency.currency))
    subscriptions.subscription(side.sub_account, plan)
    return subscriptions.move(plans.version(price, plans.flat("12.00", side.agency.currency))).id


BUILDERS: dict[str, Builder] = {
    "meter_id": lambda side: newest(side, Meter),
    "product_id": lambda side: plans.product(side.agency, name=f"{side.agency.name} e-mail").id,
    "plan_id": lambda side: plans.plan(side.agency, name=f"{side.agency.name} plan").id,
    "price_id": lambda side: plans.price(plans.product(side.agency)).id,
    "coupon_id": lambda side: plans.coupon(side.agency, name=f"{side.agency.name} coupon").id,
    "tax_id": tax,
    "cap_id": cap,
    "subscription_id": lambda side: subscriptions.subscription(side.sub_account, plans.plan(side.agency)).id,
    "move_id": move,
    "change_id": subscription_change,
    "transaction_id": wallet_transaction,
    "hold_id": hold,
    **documents.BUILDERS,
    "endpoint_id": lambda side: webhooks.endpoint(side.agency, at=side.sub_account)[0].id,
    "logged_event_id": lambda side: webhooks.event(side.agency, about=side.sub_account).id,
    "monthly_id": monthly_credit,
    "upload_id": lambda side: usage.file_sent(side.sub_account).id,
    **funds.BUILDERS,
    **marketplace.WALLED,
    "membership_id": membership,
    "invitation_id": invitation,
    "key_id": api_key,
    "sign_in_id": sign_in,
    "card_id": cards.on_file,
    "setup_id": cards.setup,
    "event_id": cards.processor_event,
    **portals.BUILDERS,
}
