"""Add a card: claim (commit), call the processor with the row's own key, settle (commit)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from wallet.billing_accounts.models import Payer, PayerKind
from wallet.billing_accounts.queries import billing_account
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.models import MerchantAccount
from wallet.merchant_accounts.operations import of_agency, of_seller
from wallet.merchant_accounts.queries import merchant_account
from wallet.payment_methods.models import CardSetup, PaymentMethod, ProcessorCustomer, SetupState
from wallet.payment_methods.operations import attach
from wallet.payment_methods.queries import setup as setup_of
from wallet.payment_methods.words import refusal_words
from wallet.stripe_gateway import cards
from wallet.stripe_gateway.orders import Credentials, CustomerOrder, SetupOrder
from wallet.stripe_gateway.outcomes import Setup

SUCCEEDED = "succeeded"


class CardRefused(DomainError):
    status = 402
    field = "token"
    message = _l("The card was not accepted: %(reason)s Nothing was saved.")


class CardUnfinished(DomainError):
    status = 402
    message = _l("The bank wants the cardholder to confirm this card. Add it on the payment methods page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person agreed to by saving a card, in the words they read."""

    text: str
    by: str
    at: datetime
    address: str | None = None


def request_setup(
    payer: Payer, consent: Consent, *, token: str | None = None, setup_id: UUID | None = None, now: datetime
) -> CardSetup:
    """Note who adds a card and what they agreed to; ``begin`` and ``finish`` go on outside the transaction.

    With a ``setup_id`` that was used before, the setup of then goes on.

    Raises:
        PaymentsNotSetUp: nobody could receive yet.
    """
    if setup_id is not None and (before := session.get(CardSetup, (scope.agency_id(), setup_id))) is not None:
        return before
    merchant = of_agency(now=now) if payer.kind is PayerKind.SUB_ACCOUNT else of_seller(payer.sub_account_id)
    setup = CardSetup(
        id=setup_id or ids.new_id(),
        sub_account_id=payer.sub_account_id,
        processor_customer_id=_customer(payer, merchant, now=now).id,
        token=token,
        consent_text=consent.text,
        consented_at=consent.at,
        consented_by=consent.by,
        consent_address=consent.address,
    )
    session.add(setup)
    session.flush()
    return setup


def begin(setup_id: UUID, *, now: datetime) -> Setup:
    """Tell the processor; with a token the card is checked at once and put on file.

    Raises:
        ProcessorUnreachable: nothing is lost; begin again.
        CardRefused: the bank said no to the token's card.
    """
    credentials, customer, order = _introduced(setup_id)
    if order is None:
        order = _introduce(setup_id, credentials, customer)
    return _settle(setup_id, cards.begin_setup(credentials, order), now=now)


def finish(setup_id: UUID, *, now: datetime) -> PaymentMethod | None:
    """Read how the setup stands, and put its card on file; None: the person has not finished.

    Raises:
        ProcessorUnreachable: ask again.
        CardRefused: the bank said no.
    """
    with transaction():
        setup = setup_of(setup_id)
        if setup.payment_method_id is not None:
            return session.get_one(PaymentMethod, (scope.agency_id(), setup.payment_method_id))
        credentials, intent = _credentials(setup), setup.stripe_intent
    if intent is None:
        return None
    _settle(setup_id, cards.read_setup(credentials, intent), now=now)
    with transaction():
        attached = setup_of(setup_id).payment_method_id
        return session.get_one(PaymentMethod, (scope.agency_id(), attached)) if attached else None


def _settle(setup_id: UUID, answer: Setup, *, now: datetime) -> Setup:
    with transaction():
        setup = setup_of(setup_id)
        if answer.status == SUCCEEDED and answer.card is not None:
            attach(setup, answer.card, now=now)
        elif answer.error is not None and setup.token is not None:
            setup.state = SetupState.REFUSED
        setup.stripe_intent = answer.intent or setup.stripe_intent
    if answer.error is not None and answer.status != SUCCEEDED:
        raise CardRefused(reason=refusal_words(answer.error.code))
    return answer


def _customer(payer: Payer, merchant: MerchantAccount, *, now: datetime) -> ProcessorCustomer:
    """One row per payer and merchant account, whoever comes first."""
    session.execute(
        insert(ProcessorCustomer)
        .values(
            sub_account_id=payer.sub_account_id,
            payer_id=payer.id,
            merchant_account_id=merchant.id,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["agency_id", "merchant_account_id", "payer_id"])
    )
    return session.scalars(
        select(ProcessorCustomer).where(
            ProcessorCustomer.payer_id == payer.id, ProcessorCustomer.merchant_account_id == merchant.id
        )
    ).one()


def _introduced(setup_id: UUID) -> tuple[Credentials, CustomerOrder, SetupOrder | None]:
    """All that the calls need; an order for the setup once the processor knows its customer."""
    with transaction():
        setup = setup_of(setup_id)
        customer = session.get_one(ProcessorCustomer, (scope.agency_id(), setup.processor_customer_id))
        account = billing_account(customer.payer_id)
        introduction = CustomerOrder(customer_id=customer.id, name=account.legal_name, email=account.email)
        return _credentials(setup), introduction, _order(setup, customer.stripe_id)


def _introduce(setup_id: UUID, credentials: Credentials, introduction: CustomerOrder) -> SetupOrder:
    stripe_id = cards.create_customer(credentials, introduction)
    with transaction():
        setup = setup_of(setup_id)
        session.get_one(ProcessorCustomer, (scope.agency_id(), setup.processor_customer_id)).stripe_id = stripe_id
        return SetupOrder(setup_id=setup.id, customer=stripe_id, payment_method=setup.token)


def _order(setup: CardSetup, customer: str | None) -> SetupOrder | None:
    return SetupOrder(setup_id=setup.id, customer=customer, payment_method=setup.token) if customer else None


def _credentials(setup: CardSetup) -> Credentials:
    customer = session.get_one(ProcessorCustomer, (scope.agency_id(), setup.processor_customer_id))
    return keys.credentials(merchant_account(customer.merchant_account_id))
