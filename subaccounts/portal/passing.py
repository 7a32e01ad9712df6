"""A card typed for one payment is on file while it pays, and is taken off afterwards unless its owner saves it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.payments.models.payments import OPEN_STATES, Payment
from subaccounts.portal.models.cards import TypedCard
from wallet.payment_methods.models import CardSetup, PaymentMethod
from wallet.payment_methods.operations import detach


def note_typed(customer_id: UUID, setup: CardSetup, *, now: datetime) -> TypedCard:
    """Before its number is typed: nobody has chosen to save it yet."""
    typed = TypedCard(
        sub_account_id=setup.sub_account_id, customer_id=customer_id, setup_id=setup.id, is_kept=False, typed_at=now
    )
    session.add(typed)
    session.flush()
    return typed


def keep_typed(setup_id: UUID) -> None:
    """Its owner ticked *Save card*."""
    typed = session.scalar(select(TypedCard).where(TypedCard.setup_id == setup_id))
    if typed is not None:
        typed.is_kept = True


def typed_by(setup_id: UUID) -> UUID | None:
    """Which customer's card it is."""
    return session.scalar(select(TypedCard.customer_id).where(TypedCard.setup_id == setup_id))


def passing_cards(customer_id: UUID) -> Sequence[UUID | None]:
    """The customer's cards on file that nobody chose to save."""
    return session.scalars(
        select(CardSetup.payment_method_id)
        .join(TypedCard, (TypedCard.agency_id == CardSetup.agency_id) & (TypedCard.setup_id == CardSetup.id))
        .join(
            PaymentMethod,
            (PaymentMethod.agency_id == CardSetup.agency_id) & (PaymentMethod.id == CardSetup.payment_method_id),
        )
        .where(
            TypedCard.customer_id == customer_id,
            TypedCard.is_kept.is_(False),
            TypedCard.left_at.is_(None),
            # A number that was on file before is somebody's saved card, which was typed once more.
            PaymentMethod.attached_at >= TypedCard.typed_at,
        )
    ).all()


def is_passing(card_id: UUID) -> bool:
    """Whether a card was typed for one payment, and nobody has chosen to save it."""
    typed = (
        select(TypedCard.setup_id)
        .join(CardSetup, (CardSetup.agency_id == TypedCard.agency_id) & (CardSetup.id == TypedCard.setup_id))
        .where(CardSetup.payment_method_id == card_id, TypedCard.is_kept.is_(False), TypedCard.left_at.is_(None))
    )
    return session.scalar(typed.limit(1)) is not None


def let_go(card_id: UUID, *, now: datetime) -> bool:
    """Take a typed card off if nobody saved it; False while a payment with it is under way."""
    typed = session.scalars(
        select(TypedCard)
        .join(CardSetup, (CardSetup.agency_id == TypedCard.agency_id) & (CardSetup.id == TypedCard.setup_id))
        .where(CardSetup.payment_method_id == card_id, TypedCard.left_at.is_(None))
        .with_for_update(of=TypedCard)
    ).all()
    if not typed or any(each.is_kept for each in typed):
        return True
    flying = select(Payment.id).where(Payment.payment_method_id == card_id, Payment.state.in_(OPEN_STATES)).limit(1)
    if session.scalar(flying) is not None:
        return False
    card = session.get_one(PaymentMethod, (scope.agency_id(), card_id))
    if card.is_attached and card_id in passing_cards(typed[0].customer_id):
        detach(card, confirmed=True, by=PLATFORM, now=now)
    for each in typed:
        each.left_at = now
    session.flush()
    return True
