from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from wallet.billing_accounts.models import Payer, PayerKind
from wallet.payment_methods.models import CardSetup, PaymentMethod


def card(card_id: UUID, *, payer_id: UUID) -> PaymentMethod:
    """A payer's card on file.

    Raises:
        NotFound: no such, detached, or another's.
    """
    found = session.get(PaymentMethod, (scope.agency_id(), card_id))
    if found is None or found.payer_id != payer_id or not found.is_attached:
        raise NotFound
    return found


def cards(payer_id: UUID) -> Sequence[PaymentMethod]:
    """Those on file as they stand now: the primary, the named backups in their order, the others, newest first."""
    on_file = _on_file().where(PaymentMethod.payer_id == payer_id)
    return session.scalars(on_file.execution_options(populate_existing=True)).all()


def cards_of_sub_accounts(sub_account_ids: Sequence[UUID]) -> Sequence[PaymentMethod]:
    """Those with which sub-accounts pay their agency, each one's in the same order."""
    pays = and_(Payer.id == PaymentMethod.payer_id, Payer.kind == PayerKind.SUB_ACCOUNT)
    wanted = PaymentMethod.sub_account_id == any_of(sub_account_ids)
    return session.scalars(_on_file().join(Payer, pays).where(wanted)).all()


def _on_file() -> Select[PaymentMethod]:
    return (
        select(PaymentMethod)
        .where(PaymentMethod.detached_at.is_(None))
        .order_by(
            PaymentMethod.is_primary.desc(), PaymentMethod.backup_order.asc().nulls_last(), PaymentMethod.id.desc()
        )
    )


def cards_to_try(payer_id: UUID) -> list[PaymentMethod]:
    """The primary card and then the backups its person named; nothing else may ever be charged by itself."""
    return [found for found in cards(payer_id) if found.is_primary or found.backup_order is not None]


def setup(setup_id: UUID) -> CardSetup:
    """One of the setups that the scope sees.

    Raises:
        NotFound: none such.
    """
    found = session.get(CardSetup, (scope.agency_id(), setup_id))
    if found is None:
        raise NotFound
    return found
