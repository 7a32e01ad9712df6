"""Customers with cards, and what they pay."""

from uuid import UUID

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.encryption import encrypt
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency, SubAccount
from agency.tenants.queries import agency
from subaccounts.customers.models import Customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.crediting import CreditWish, issue_credit_note
from subaccounts.payments import queries
from subaccounts.payments.jobs import send_refund
from subaccounts.payments.models.payments import Method, Payment
from subaccounts.payments.models.refunds import PaymentRefund
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.paying import request_payment
from subaccounts.payments.operations.recording import OfflineFacts, apply_credit, record_payment
from subaccounts.payments.operations.refunding import RefundWish, request_refund
from tests.factories import cards, invoices
from tests.factories.tenants import NOON
from wallet.billing_accounts.models import Payer as PayerRow
from wallet.billing_accounts.queries import billing_account, payer_of
from wallet.charges import jobs
from wallet.charges.disputes import DisputeNews, note_dispute
from wallet.charges.models import Charge, DisputeState
from wallet.charges.queries import charge_of, open_attempt
from wallet.ledger.checks import verify
from wallet.merchant_accounts.models import MerchantAccount, MerchantKind
from wallet.payment_methods import setups
from wallet.payment_methods.models import PaymentMethod

Payer = Customer | SubAccount


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


def agency_of(seller: SubAccount) -> Agency:
    with scope.of_agency(seller.agency_id), transaction():
        found = agency()
        session.expunge(found)
        return found


def receives(seller: SubAccount) -> None:
    """The sub-account takes cards of its own customers, with a key of its own."""
    with scope.of_agency(seller.agency_id), transaction():
        session.add(
            MerchantAccount(
                sub_account_id=seller.id,
                kind=MerchantKind.OWN_KEY,
                name="Dental Norte",
                secret_key=encrypt("sk_test_cartera"),
                publishable_key="pk_test_cartera",
                charges_enabled=True,
                created_at=NOON,
            )
        )


def card(of: Customer, behaviour: str = cards.PAYS) -> PaymentMethod:
    """A customer's card, put on file as the portal does it."""
    with scope.of_agency(of.agency_id):
        with transaction():
            payer = session.get_one(PayerRow, (of.agency_id, of.payer_id))
            consent = setups.Consent(text="Charge this card.", by=of.name, at=NOON)
            setup_id = setups.request_setup(payer, consent, token=behaviour, now=NOON).id
        begun = setups.begin(setup_id, now=NOON)
        if begun.status == cards.REQUIRES_ACTION:
            cards.confirm(begun.intent)
        added = setups.finish(setup_id, now=NOON)
        session.expunge(added)
    return added


def disputed(of: Payment, state: DisputeState = DisputeState.OPEN, amount: str | None = None) -> None:
    """What the processor tells of a dispute of its charge."""
    with scope.of_agency(of.agency_id), transaction():
        charge = charge_of("payment", of.id)
        news = DisputeNews(
            stripe_dispute="dp_1", amount=dollars(amount) if amount else charge.amount, reason="fraudulent", state=state
        )
        note_dispute(charge, news, now=NOON)


def wish(payer: Payer, amount: str | None = None, **more: object) -> PayWish:
    """In the scope of the agency."""
    of_customer = isinstance(payer, Customer)
    values = {
        "account": billing_account(payer.payer_id if of_customer else payer_of(payer.id).id),
        "seller": Seller.SUB_ACCOUNT if of_customer else Seller.AGENCY,
        "customer_id": payer.id if of_customer else None,
        "amount": None if amount is None else dollars(amount),
    }
    return PayWish(**(values | more))


def recorded(payer: Payer, amount: str | None = None, *, method: Method = Method.TRANSFER, **more: object) -> Payment:
    with scope.of_agency(payer.agency_id), transaction():
        found = record_payment(
            wish(payer, amount, **more), OfflineFacts(method=method, reference="T-1"), by=OPERATOR, now=NOON
        )
    return stored(found)


def requested(payer: Payer, amount: str | None = None, **more: object) -> Payment:
    """Asked of the primary card, which was not tried yet."""
    with scope.of_agency(payer.agency_id), transaction():
        found = request_payment(wish(payer, amount, **more), card_id=None, by=OPERATOR, now=NOON)
    return stored(found)


def collected(of: Payment) -> Payment:
    """After the door has worked on it."""
    with scope.of_agency(of.agency_id):
        with transaction():
            charge = charge_of("payment", of.id)
            attempt = open_attempt(charge.id)
        if attempt is not None:
            jobs.collect(attempt_id=str(attempt.id))
    return stored(of)


def paid(payer: Payer, amount: str | None = None, **more: object) -> Payment:
    return collected(requested(payer, amount, **more))


def charge(of: Payment) -> Charge:
    with scope.of_agency(of.agency_id), transaction():
        return charge_of("payment", of.id)


def refunded(of: Payment, amount: str | None = None, **more: object) -> PaymentRefund:
    with scope.of_agency(of.agency_id):
        with transaction():
            asked = RefundWish(
                payment_id=of.id, amount=None if amount is None else dollars(amount), reason="Twice", **more
            )
            refund_id = request_refund(asked, by=OPERATOR, now=NOON).id
        send_refund(refund_id=str(refund_id))
        with transaction():
            found = session.get_one(PaymentRefund, (of.agency_id, refund_id), populate_existing=True)
            session.expunge(found)
            return found


def applied(payer: Payer, amount: str | None = None, **more: object) -> dict[UUID, Money]:
    with scope.of_agency(payer.agency_id), transaction():
        return apply_credit(wish(payer, amount, **more), by=OPERATOR, now=NOON)


def credited(invoice: Invoice, amount: str, *, refund: str | None = None) -> None:
    """A credit note over a part of its first line."""
    line = invoices.lines(invoice)[0]
    with scope.of_agency(invoice.agency_id), transaction():
        asked = CreditWish(
            reason="Not done", lines={line.id: dollars(amount)}, refund=dollars(refund) if refund else None
        )
        issue_credit_note(invoice.id, asked, by=OPERATOR, now=NOON)


def stored(of: Payment) -> Payment:
    """As it stands in the database now, apart from the session."""
    with scope.of_agency(of.agency_id), transaction():
        found = queries.payment(of.id)
        session.expunge(found)
    return found


def put(of: Payment) -> dict[str, Money]:
    """What of it stands on each invoice, by number."""
    with scope.of_agency(of.agency_id), transaction():
        return {each.number: each.amount for each in queries.put([of.id]).get(of.id, []) if each.amount}


def verified(of: Payer | Payment) -> list[object]:
    """What the ledger's checks find wrong: nothing, it is to be hoped."""
    with scope.of_agency(of.agency_id), transaction():
        return verify(of.agency_id)
