from flask_babel import lazy_gettext as _l

from subaccounts.late_fees.models import Repeats

REPEATS = {Repeats.ONCE: _l("Once"), Repeats.MONTHLY: _l("Every month until it is paid")}
