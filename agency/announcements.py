"""What programs outside hear of: the floors' own events, in the words of the API."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import Schema, fields

from agency.foundation.ids import encode
from agency.foundation.mail.operations import post
from agency.foundation.schemas import MoneyField, StrictSchema, TypedId
from agency.staff.mails import full_address
from agency.tenants.events import (
    SubAccountClosed,
    SubAccountOpened,
    SubAccountPaused,
    SubAccountReopened,
    SubAccountResumed,
)
from agency.tenants.models import SubAccount
from agency.tenants.queries import agency
from agency.tenants.schemas import SubAccountAnswer
from agency.webhooks.events import EndpointSwitchedOff
from agency.webhooks.operations import announce
from agency.webhooks.words import WHY_OFF
from marketplace.installs.words import KINDS as INSTALL_KINDS
from marketplace.payouts.words import KINDS as PAYOUT_KINDS
from subaccounts.closing.schemas import EmptiedAnswer
from subaccounts.invoices.announcing import KINDS as INVOICE_KINDS
from subaccounts.invoices.announcing import SUBSCRIPTIONS as INVOICE_SUBSCRIPTIONS
from subaccounts.payments.events import PaymentFailed, PaymentRefunded, PaymentSettled
from subaccounts.subscriptions.announcing import KINDS as COURSE_KINDS
from subaccounts.subscriptions.announcing import announce_moves, announce_renewals
from subaccounts.subscriptions.events import SubscriptionsBilled, SubscriptionsMoved
from wallet.charges.events import ChargeDeclined, ChargeSettled
from wallet.credits.events import WalletClosedOut, WalletToppedUp
from wallet.payment_methods.events import CardAttached, CardDetaching
from wallet.payment_methods.schemas import CardAnswer
from wallet.recharge.events import (
    RechargeDeclined,
    RechargeFiredEarly,
    RechargePaused,
    RechargeResumed,
    WalletRecharged,
)
from wallet.recharge.schemas import PauseAnswer, RechargeAnswer


class ChargeSaid(StrictSchema):
    id = fields.String(attribute="charge.public_id")
    amount = MoneyField(attribute="charge.amount")
    description = fields.String(attribute="charge.description")
    state = fields.String(attribute="charge.state")
    payment_method_id = TypedId("crd", attribute="attempt.payment_method_id")
    decline_class = fields.String(attribute="attempt.decline_class")
    decline_code = fields.String(attribute="attempt.decline_code")


class PaymentSaid(StrictSchema):
    id = fields.String(attribute="payment.public_id")
    seller = fields.String(attribute="payment.seller")
    state = fields.String(attribute="payment.state")
    customer_id = TypedId("cus", attribute="payment.customer_id")
    payer_name = fields.String(attribute="payment.payer_name")
    amount = MoneyField(attribute="payment.amount")
    method = fields.String(attribute="payment.method")
    reference = fields.String(attribute="payment.reference")
    received_on = fields.Date(attribute="payment.received_on")
    decline_class = fields.String(attribute="payment.decline_class")
    decline_code = fields.String(attribute="payment.decline_code")


class PaymentReceivedSaid(PaymentSaid):
    """With what of it was put to which invoice."""

    allocations = fields.Function(
        lambda event: [
            {"invoice_id": encode("inv", invoice_id), "amount": {"amount": amount.plain(), "currency": amount.currency}}
            for invoice_id, amount in event.applied.items()
        ]
    )


class RefundSaid(StrictSchema):
    id = fields.String(attribute="refund.public_id")
    payment_id = fields.String(attribute="payment.public_id")
    customer_id = TypedId("cus", attribute="payment.customer_id")
    amount = MoneyField(attribute="refund.amount")
    reason = fields.String(attribute="refund.reason")


class TopUpSaid(StrictSchema):
    transaction_id = TypedId("txn")
    charge_id = TypedId("chg")
    amount = MoneyField()
    paid_owed = MoneyField()


@dataclass(frozen=True, slots=True)
class Announcement:
    """A handler: of this event the subject is told, under a noun, as its schema shows it.

    Attributes:
        about: the row of whose sub-account the event is.
    """

    event: type
    kind: str
    label: LazyString
    noun: str
    schema: type[Schema]
    about: Callable[[Any], Any]
    subject: Callable[[Any], Any]

    def __call__(self, event: Any) -> None:  # noqa: ANN401  # Whichever it subscribes to.
        row = self.about(event)
        owner = row.id if isinstance(row, SubAccount) else row.sub_account_id
        data = {"sub_account_id": encode(SubAccount.prefix, owner), self.noun: self.schema().dump(self.subject(event))}
        announce(self.kind, data, sub_account_id=owner, now=event.at)


def itself(event: Any) -> Any:  # noqa: ANN401  # Any event.
    return event


def _of_row(event: type, kind: str, label: LazyString, noun: str, schema: type[Schema]) -> Announcement:
    """The row that the event carries is both the subject and what says whose it is."""
    carried = attrgetter(noun)
    return Announcement(event, kind, label, noun, schema, about=carried, subject=carried)


def _of_charge(event: type, kind: str, label: LazyString) -> Announcement:
    return Announcement(event, kind, label, "charge", ChargeSaid, about=attrgetter("charge"), subject=itself)


def _of_payment(event: type, kind: str, label: LazyString, schema: type[Schema], noun: str = "payment") -> Announcement:
    return Announcement(event, kind, label, noun, schema, about=attrgetter("payment"), subject=itself)


ANNOUNCEMENTS = (
    _of_row(SubAccountOpened, "sub_account.opened", _l("Sub-account opened"), "sub_account", SubAccountAnswer),
    _of_row(SubAccountPaused, "sub_account.paused", _l("Sub-account paused"), "sub_account", SubAccountAnswer),
    _of_row(SubAccountResumed, "sub_account.resumed", _l("Sub-account resumed"), "sub_account", SubAccountAnswer),
    _of_row(SubAccountClosed, "sub_account.closed", _l("Sub-account closed"), "sub_account", SubAccountAnswer),
    _of_row(SubAccountReopened, "sub_account.reopened", _l("Sub-account reopened"), "sub_account", SubAccountAnswer),
    Announcement(
        WalletToppedUp,
        "wallet.topped_up",
        _l("Funds added to a wallet"),
        "top_up",
        TopUpSaid,
        about=itself,
        subject=itself,
    ),
    Announcement(
        WalletClosedOut,
        "wallet.closed_out",
        _l("Wallet of a closed sub-account emptied"),
        "wallet",
        EmptiedAnswer,
        about=itself,
        subject=itself,
    ),
    _of_row(WalletRecharged, "wallet.recharged", _l("Wallet recharged"), "recharge", RechargeAnswer),
    _of_row(RechargeFiredEarly, "recharge.early", _l("Recharged again within minutes"), "recharge", RechargeAnswer),
    _of_row(RechargeDeclined, "recharge.declined", _l("Recharge declined"), "recharge", RechargeAnswer),
    _of_row(RechargePaused, "recharge.paused", _l("Recharge paused"), "pause", PauseAnswer),
    _of_row(RechargeResumed, "recharge.resumed", _l("Recharge resumed"), "pause", PauseAnswer),
    _of_charge(ChargeSettled, "charge.settled", _l("Card charged")),
    _of_charge(ChargeDeclined, "charge.declined", _l("Charge declined")),
    _of_payment(PaymentSettled, "payment.received", _l("Payment received"), PaymentReceivedSaid),
    _of_payment(PaymentFailed, "payment.failed", _l("Payment failed"), PaymentSaid),
    _of_payment(PaymentRefunded, "payment.refunded", _l("Payment refunded"), RefundSaid, "refund"),
    _of_row(CardAttached, "payment_method.attached", _l("Card added"), "card", CardAnswer),
    _of_row(CardDetaching, "payment_method.detached", _l("Card removed"), "card", CardAnswer),
)
OF_APPS = INSTALL_KINDS
KINDS = {told.kind: told.label for told in ANNOUNCEMENTS} | COURSE_KINDS | INVOICE_KINDS | OF_APPS | PAYOUT_KINDS


def mail_switched_off(told: EndpointSwitchedOff) -> None:
    """To whoever added the endpoint, where that was a person, else to the agency's support address."""
    endpoint, seller = told.endpoint, agency()
    to = endpoint.contact or seller.support_email
    if to is None:
        return
    page, place = "webhooks.show", {"agency_slug": seller.slug}
    if endpoint.sub_account_id is not None:
        page, place = "panel_webhooks.show", {"sub_account_id": encode(SubAccount.prefix, endpoint.sub_account_id)}
    post(
        "webhook_endpoint_off",
        to=to,
        language=seller.locale,
        sender_name=seller.name,
        now=told.at,
        sub_account_id=endpoint.sub_account_id,
        endpoint=endpoint,
        why=WHY_OFF[endpoint.why_off] if endpoint.why_off else "",
        url=full_address(page, endpoint_id=endpoint.public_id, **place),
    )


SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    *((told.event, told) for told in ANNOUNCEMENTS),
    (EndpointSwitchedOff, mail_switched_off),
    *INVOICE_SUBSCRIPTIONS,
    (SubscriptionsMoved, announce_moves),
    (SubscriptionsBilled, announce_renewals),
]
