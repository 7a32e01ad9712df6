"""The words for installs and what happens to them."""

from flask_babel import lazy_gettext as _l

from marketplace.installs.models.charges import AppChargeKind
from marketplace.installs.models.installs import InstallState

KINDS = {
    "install.created": _l("App installed"),
    "install.plan_changed": _l("Plan of an app changed"),
    "install.trial_ending": _l("Trial of an app ends soon"),
    "install.past_due": _l("Payment of an app failed"),
    "install.recovered": _l("Payment of an app recovered"),
    "install.removed": _l("App uninstalled"),
}
STATES = {
    InstallState.ACTIVE: (_l("Installed"), "positive"),
    InstallState.PAST_DUE: (_l("Past due"), "critical"),
    InstallState.REMOVED: (_l("Uninstalled"), "quiet"),
}
CHARGE_KINDS = {
    AppChargeKind.USAGE: _l("Usage"),
    AppChargeKind.ONE_TIME: _l("Paid once"),
    AppChargeKind.RECURRING: _l("Plan"),
    AppChargeKind.REFUND: _l("Given back"),
    AppChargeKind.DISPUTE: _l("Disputed"),
    AppChargeKind.UNCOLLECTED: _l("Not collected"),
    AppChargeKind.RECOVERED: _l("Paid after all"),
}
