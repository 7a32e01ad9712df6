"""Rows about funds for the matrix, as they stand after the processor has answered; it is not asked here."""

from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from tests.walls.world import Side
from wallet.billing_accounts.queries import payer_of
from wallet.charges.models import Charge, ChargeState
from wallet.merchant_accounts.operations import of_agency
from wallet.payment_methods.models import PaymentMethod, ProcessorCustomer
from wallet.recharge.models import Recharge, RechargeState
from wallet.top_ups.models import ReceiptKind, TopUp, TopUpRefund, TopUpState
from wallet.top_ups.operations.receipts import issue

AMOUNT = Money.of("25.00", "USD")


def card(side: Side) -> PaymentMethod:
    now, payer = clock.wall(), payer_of(side.sub_account.id)
    merchant = of_agency(now=now)
    customer = ProcessorCustomer(
        sub_account_id=side.sub_account.id, payer_id=payer.id, merchant_account_id=merchant.id, created_at=now
    )
    session.add(customer)
    session.flush()
    added = PaymentMethod(
        sub_account_id=side.sub_account.id,
        payer_id=payer.id,
        merchant_account_id=merchant.id,
        processor_customer_id=customer.id,
        stripe_id=f"pm_{side.sub_account.id.hex}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2040,
        fingerprint=side.sub_account.id.hex,
        funding="credit",
        is_primary=True,
        consent_text="Charge this card.",
        consented_at=now,
        consented_by="Ana Ruiz",
        attached_at=now,
    )
    session.add(added)
    session.flush()
    return added


def on_file(side: Side) -> PaymentMethod:
    found = session.query(PaymentMethod).filter_by(sub_account_id=side.sub_account.id).first()
    return found or card(side)


def top_up(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        row = TopUp(
            **amount_of(side),
            payment_method_id=on_file(side).id,
            state=TopUpState.SETTLED,
            requested_by="Ana Ruiz",
            created_at=clock.wall(),
        )
        session.add(row)
        session.flush()
        return row.id


def refund(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        row = TopUpRefund(**amount_of(side), reason="Asked for", requested_by="Ana Ruiz", created_at=clock.wall())
        session.add(row)
        session.flush()
        return row.id


def receipt(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        paid = on_file(side)
        charge = Charge(
            **amount_of(side),
            payer_id=paid.payer_id,
            merchant_account_id=paid.merchant_account_id,
            source_type="test",
            source_id=side.sub_account.id,
            description=f"{side.agency.name} funds",
            state=ChargeState.SETTLED,
            created_at=clock.wall(),
        )
        session.add(charge)
        session.flush()
        return issue(ReceiptKind.PAYMENT, charge, paid.id, AMOUNT, now=clock.wall()).id


def recharge(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        row = Recharge(
            **amount_of(side),
            balance_micros=0,
            state=RechargeState.SETTLED,
            cards_left=[],
            created_at=clock.wall(),
        )
        session.add(row)
        session.flush()
        return row.id


def amount_of(side: Side) -> dict[str, object]:
    return {"sub_account_id": side.sub_account.id, "amount_micros": AMOUNT.micros, "currency": AMOUNT.currency}


BUILDERS = {"top_up_id": top_up, "refund_id": refund, "receipt_id": receipt, "recharge_id": recharge}
