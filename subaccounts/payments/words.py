"""What pages and documents call the states and methods of payments."""

from flask_babel import lazy_gettext as _l

from subaccounts.payments.models.payments import Cause, Method, PaymentState
from subaccounts.payments.models.refunds import RefundState

METHODS = {
    Method.CARD: _l("Card"),
    Method.CASH: _l("Cash"),
    Method.TRANSFER: _l("Transfer"),
    Method.CHEQUE: _l("Cheque"),
    Method.OTHER: _l("Other"),
    Method.CREDIT_NOTE: _l("Credit note"),
    Method.WALLET: _l("Wallet"),
}
STATES = {
    PaymentState.PROCESSING: (_l("Processing"), "warning"),
    PaymentState.NEEDS_AUTHENTICATION: (_l("Waits for the bank"), "warning"),
    PaymentState.SETTLED: (_l("Received"), "positive"),
    PaymentState.DECLINED: (_l("Declined"), "critical"),
    PaymentState.ABANDONED: (_l("Given up"), "quiet"),
}
REFUND_STATES = {
    RefundState.PROCESSING: (_l("On its way"), "warning"),
    RefundState.SETTLED: (_l("Returned"), "positive"),
    RefundState.FAILED: (_l("Refused by the card"), "critical"),
}
CAUSES = {
    Cause.PAYMENT: _l("Paid"),
    Cause.CREDIT: _l("Paid from credit"),
    Cause.REFUND: _l("Taken back by a refund"),
    Cause.DISPUTE: _l("Taken back by a dispute"),
    Cause.RESTORED: _l("Paid again"),
}
