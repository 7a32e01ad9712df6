from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import events
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from wallet.billing_accounts.models import Payer
from wallet.payment_methods.events import CardAttached, CardDetaching
from wallet.payment_methods.jobs import forget_card
from wallet.payment_methods.models import CardSetup, PaymentMethod, ProcessorCustomer, SetupState
from wallet.payment_methods.queries import cards
from wallet.stripe_gateway.outcomes import Card


class CardStillNeeded(DomainError):
    """Raised by whoever would go without: ``consequence`` says what happens if the card is removed all the same."""

    message = _l("%(consequence)s Remove it only if that is what you want.")


class NotABackup(DomainError):
    status = 422
    field = "cards"
    message = _l("The primary card is charged first; a backup is another card of yours.")


def attach(setup: CardSetup, card: Card, *, now: datetime) -> PaymentMethod:
    """Put the card of a finished setup on file; done twice, it is there once.

    The first card becomes the primary. A number that is on file already is renewed in its place, so that rules
    that name it go on.
    """
    session.refresh(setup, with_for_update=True)
    if setup.payment_method_id is not None:
        return session.get_one(PaymentMethod, (setup.agency_id, setup.payment_method_id))
    customer = session.get_one(ProcessorCustomer, (setup.agency_id, setup.processor_customer_id))
    on_file = _locked_cards(customer.payer_id)
    same = [
        found
        for found in on_file
        if found.fingerprint == card.fingerprint and found.merchant_account_id == customer.merchant_account_id
    ]
    method = _renewed(same[0], card) if same else _added(customer, card, is_primary=not on_file, now=now)
    method.consent_text, method.consented_by = setup.consent_text, setup.consented_by
    method.consented_at = setup.consented_at
    session.flush()
    setup.payment_method_id, setup.state = method.id, SetupState.ATTACHED
    session.flush()
    events.publish(CardAttached(card=method, by=setup.consented_by, at=now))
    return method


def _renewed(method: PaymentMethod, card: Card) -> PaymentMethod:
    if method.stripe_id != card.payment_method:
        forget_card.later(card_id=str(method.id), token=method.stripe_id)
    method.stripe_id, method.expiry_told_at = card.payment_method, None
    method.exp_month, method.exp_year = card.exp_month, card.exp_year
    return method


def _added(customer: ProcessorCustomer, card: Card, *, is_primary: bool, now: datetime) -> PaymentMethod:
    method = PaymentMethod(
        sub_account_id=customer.sub_account_id,
        payer_id=customer.payer_id,
        merchant_account_id=customer.merchant_account_id,
        processor_customer_id=customer.id,
        stripe_id=card.payment_method,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        fingerprint=card.fingerprint,
        funding=card.funding,
        country=card.country,
        is_primary=is_primary,
        attached_at=now,
    )
    session.add(method)
    return method


def make_primary(card: PaymentMethod, *, by: Actor, now: datetime) -> None:
    """Charge this card first from now on; the one that was first stays on file as it is.

    Raises:
        NotFound: it was removed meanwhile.
    """
    for other in _with_others(card):
        if other.is_primary and other is not card:
            other.is_primary = False
    session.flush()
    card.is_primary, card.backup_order = True, None
    record("payment_method.made_primary", card, by=by, now=now, sub_account_id=card.sub_account_id)


def name_backups(payer_id: UUID, backups: Sequence[PaymentMethod], *, by: Actor, now: datetime) -> None:
    """Charge these, in this order, when the primary card is refused; all others of the payer never.

    Raises:
        NotABackup: one is the primary, or not the payer's.
    """
    on_file = _locked_cards(payer_id)
    if any(card.is_primary or card not in on_file for card in backups):
        raise NotABackup
    places = {card.id: place for place, card in enumerate(backups, start=1)}
    for card in on_file:
        if card.backup_order != places.get(card.id):
            card.backup_order = places.get(card.id)
            record(
                "payment_method.backup_named" if card.backup_order else "payment_method.backup_unnamed",
                card,
                by=by,
                now=now,
                sub_account_id=card.sub_account_id,
            )


def toggle_backup(card: PaymentMethod, *, by: Actor, now: datetime) -> None:
    """Name the card behind the backups there are; named already, it is taken back.

    Raises:
        NotABackup: it is the primary.
        NotFound: it was removed meanwhile.
    """
    others = [other for other in _with_others(card) if other.backup_order is not None and other is not card]
    wanted = others if card.backup_order is not None else [*others, card]
    name_backups(card.payer_id, wanted, by=by, now=now)


def detach(card: PaymentMethod, *, confirmed: bool, by: Actor, now: datetime) -> None:
    """Remove a card from file; the first named backup takes the place of a primary, else nobody does.

    Raises:
        CardStillNeeded: something armed would go without it, and that was not confirmed.
        NotFound: it was removed meanwhile.
    """
    others = [other for other in _with_others(card) if other is not card]
    events.publish(CardDetaching(card=card, is_last=not others, confirmed=confirmed, by=by, at=now))
    was_primary = card.is_primary
    card.detached_at, card.detached_by = now, by.name
    card.is_primary, card.backup_order = False, None
    session.flush()
    heirs = [other for other in others if other.backup_order is not None]
    if was_primary and heirs:
        heirs[0].is_primary, heirs[0].backup_order = True, None
    record("payment_method.removed", card, by=by, now=now, sub_account_id=card.sub_account_id)
    forget_card.later(card_id=str(card.id), token=card.stripe_id)


def _with_others(card: PaymentMethod) -> Sequence[PaymentMethod]:
    on_file = _locked_cards(card.payer_id)
    if card not in on_file:
        raise NotFound
    return on_file


def _locked_cards(payer_id: UUID) -> Sequence[PaymentMethod]:
    """The payer's lock guards which of their cards is primary and which are backups: they are read anew under it.

    It lets pass whoever only refers to the payer: a charge is asked for under its wallet's lock, which comes after it.
    """
    session.execute(select(Payer.id).where(Payer.id == payer_id).with_for_update(key_share=True))
    return cards(payer_id)
