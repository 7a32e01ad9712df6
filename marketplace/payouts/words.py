"""The words for what programs hear of payouts."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "payout.recorded": _l("Payout recorded"),
    "payout.corrected": _l("Payout taken back"),
}
