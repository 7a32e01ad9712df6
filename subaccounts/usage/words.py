"""Words of usage: what can be wrong with an event, and the stretches of time it is looked at in."""

from flask_babel import lazy_gettext as _l

from subaccounts.usage.rules.events import ID_LENGTH_MAX, Fault
from subaccounts.usage.rules.ranges import Stretch

FAULTS = {
    Fault.NOT_AN_OBJECT: _l("An event is an object."),
    Fault.UNKNOWN_FIELD: _l("It has a field that no event has."),
    Fault.ID_INVALID: _l("It needs an id of 1 to %(most)d printable characters.", most=ID_LENGTH_MAX),
    Fault.SUB_ACCOUNT_UNKNOWN: _l("There is no such sub-account."),
    Fault.SUB_ACCOUNT_CLOSED: _l("This sub-account is closed."),
    Fault.METER_UNKNOWN: _l("There is no such meter."),
    Fault.QUANTITY_NOT_A_DECIMAL: _l(
        "Write the quantity as a decimal number with a point, such as 1 or 2.5; in JSON as a string."
    ),
    Fault.QUANTITY_NEGATIVE: _l("A quantity is zero or more. What was sent too much is taken back by a correction."),
    Fault.QUANTITY_OUT_OF_RANGE: _l("A quantity has at most 12 digits before the point and 12 behind it."),
    Fault.TIME_INVALID: _l("Write the time such as 2026-03-31T18:00:00Z."),
    Fault.TIME_WITHOUT_ZONE: _l("Write the time with its zone, such as 2026-03-31T18:00:00Z."),
    Fault.TIME_IN_FUTURE: _l("This time has not come yet."),
    Fault.TIME_TOO_OLD: _l("This is older than the agency takes usage."),
    Fault.MEMBER_INVALID: _l("A member is named by 1 to 128 printable characters."),
    Fault.PROPERTIES_INVALID: _l("Properties are a flat object of at most 4,096 characters."),
    Fault.UNIQUE_KEY_MISSING: _l("This meter counts what differs, and the event does not say what it is of."),
    Fault.CORRECTED_UNKNOWN: _l("There is no such event of this meter to correct."),
    Fault.CORRECTION_UNFIT: _l("It does not take back a part of what is left of that event."),
}
STRETCHES = {
    Stretch.TODAY: _l("Today"),
    Stretch.WEEK: _l("Last 7 days"),
    Stretch.THIS_MONTH: _l("This month"),
    Stretch.LAST_MONTH: _l("Last month"),
    Stretch.YEAR: _l("Last 12 months"),
}
CONFLICT = _l("This id was used for another event before.")
