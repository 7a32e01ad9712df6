"""What people read of webhooks: states, and why a try failed."""

from flask_babel import lazy_gettext as _l

from agency.webhooks.kinds import kind_name, names
from agency.webhooks.models import DeliveryState, Failure, WhyOff

__all__ = ["FAILURES", "STATES", "WHY_OFF", "kind_name", "names"]

STATES = {
    DeliveryState.PENDING: (_l("On its way"), "warning"),
    DeliveryState.DELIVERED: (_l("Delivered"), "positive"),
    DeliveryState.FAILED: (_l("Failed"), "critical"),
}
FAILURES = {
    Failure.PRIVATE_ADDRESS: _l("The address lies in a private network."),
    Failure.UNKNOWN_HOST: _l("The host has no address."),
    Failure.UNREACHABLE: _l("There was no connection, or it broke."),
    Failure.CERTIFICATE: _l("The certificate was not accepted."),
    Failure.TIMED_OUT: _l("There was no answer in time."),
    Failure.REFUSED: _l("The answer was not a success."),
}
WHY_OFF = {
    WhyOff.BY_HAND: _l("Somebody switched it off."),
    WhyOff.GONE: _l("The receiver answered that it is gone."),
    WhyOff.FAILING: _l("It took nothing for three days."),
}
