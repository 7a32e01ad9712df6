"""How the wallet's history and credit are spoken of."""

from flask_babel import lazy_gettext as _l

from wallet.credits.rules.lots import LotKind
from wallet.ledger.codes import Code

KIND_NAMES = {
    Code.TOP_UP: _l("Funds added"),
    Code.BONUS: _l("Bonus credit"),
    Code.GRANT: _l("Complimentary credit"),
    Code.USAGE: _l("Usage"),
    Code.CHARGE: _l("Charge"),
    Code.CAPTURE: _l("Charge of a reservation"),
    Code.ADJUSTMENT: _l("Adjustment"),
    Code.GIVEN_BACK: _l("Charge given back"),
    Code.CREDIT_EXPIRED: _l("Credit expired"),
    Code.REFUND: _l("Refund to the card"),
    Code.REFUND_UNDONE: _l("Refund turned back by the bank"),
    Code.CHARGEBACK: _l("Disputed with the bank"),
    Code.CHARGEBACK_WON: _l("Dispute won"),
    Code.OWED_PAID: _l("Owed amount paid"),
    Code.MOVED: _l("Credit moved"),
    Code.CLOSED_OUT: _l("Account closed out"),
}
LOT_NAMES = {
    LotKind.PURCHASED: _l("Purchased"),
    LotKind.BONUS: _l("Bonus"),
    LotKind.COMPLIMENTARY: _l("Complimentary"),
}
