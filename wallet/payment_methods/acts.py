"""What the audit log calls the acts on cards."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ACTS = {
    "payment_method.made_primary": _l("Card made primary"),
    "payment_method.backup_named": _l("Backup card named"),
    "payment_method.backup_unnamed": _l("Backup card taken back"),
    "payment_method.removed": _l("Card removed"),
}
FIELDS: dict[str, LazyString] = {}
