"""What the audit log calls the acts on exchange rates."""

from flask_babel import lazy_gettext as _l

ACTS = {"exchange_rate.entered": _l("Exchange rate entered")}
FIELDS = {"rate": _l("Rate"), "source": _l("Source")}
