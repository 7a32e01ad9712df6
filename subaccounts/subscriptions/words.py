"""What people read of subscriptions."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agency.foundation.exact import to_micros
from agency.foundation.i18n import money
from agency.plans.models.prices import Price
from agency.plans.rules.components import Component, Interval
from agency.plans.rules.terms import Model
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.moves import Moved
from subaccounts.subscriptions.models.subscriptions import Collection, State
from subaccounts.subscriptions.operations.offers import cadence_of
from subaccounts.subscriptions.operations.rehearsing_moves import Reason
from subaccounts.subscriptions.rules.periods import Cadence

STATES = {
    State.TRIALING: (_l("Trial"), "accent"),
    State.ACTIVE: (_l("Active"), "positive"),
    State.PAST_DUE: (_l("Past due"), "critical"),
    State.PAUSED: (_l("Paused"), "warning"),
    State.CANCELED: (_l("Ended"), "quiet"),
}
COLLECTIONS = {
    Collection.CARD: _l("Card"),
    Collection.WALLET: _l("Wallet"),
    Collection.INVOICE: _l("Invoice"),
}
HAPPENED = {
    Happened.STARTED: _l("Started"),
    Happened.BILLED: _l("Period billed"),
    Happened.CHANGE_PLANNED: _l("Change planned"),
    Happened.CHANGE_WITHDRAWN: _l("Planned change withdrawn"),
    Happened.CHANGED: _l("Changed"),
    Happened.PAUSED: _l("Paused"),
    Happened.RESUMED: _l("Resumed"),
    Happened.CANCELLATION_PLANNED: _l("Cancellation planned"),
    Happened.CANCELLATION_WITHDRAWN: _l("Cancellation withdrawn"),
    Happened.CANCELED: _l("Ended"),
    Happened.PAST_DUE: _l("Payment failed"),
    Happened.RECOVERED: _l("Payment recovered"),
}
SYMBOLS = {
    Happened.STARTED: ("play", "positive"),
    Happened.BILLED: ("receipt", ""),
    Happened.CHANGE_PLANNED: ("calendar-clock", ""),
    Happened.CHANGE_WITHDRAWN: ("undo-2", ""),
    Happened.CHANGED: ("arrow-right-left", ""),
    Happened.PAUSED: ("pause", "warning"),
    Happened.RESUMED: ("play", "positive"),
    Happened.CANCELLATION_PLANNED: ("calendar-x", "warning"),
    Happened.CANCELLATION_WITHDRAWN: ("undo-2", ""),
    Happened.CANCELED: ("circle-stop", ""),
    Happened.PAST_DUE: ("triangle-alert", "critical"),
    Happened.RECOVERED: ("circle-check", "positive"),
}
COMPONENTS = {
    Component.BASE: _l("Plan"),
    Component.SEAT: _l("Seats"),
    Component.ADD_ON: _l("Add-on"),
    Component.USAGE: _l("Usage"),
    Component.SETUP_FEE: _l("Setup fee"),
    Component.ONE_TIME: _l("One-time"),
}

MOVED = {
    Moved.WAITING: (_l("Waiting"), "quiet"),
    Moved.PLANNED: (_l("With its next renewal"), "accent"),
    Moved.MOVED: (_l("Moved"), "positive"),
    Moved.LEFT: (_l("Left as it is"), "warning"),
    Moved.UNDONE: (_l("Undone"), "quiet"),
}
REASONS = {
    Reason.OWN_PRICE: _l("It has a price of its own"),
    Reason.PAUSED: _l("It is paused"),
    Reason.ENDING: _l("It is to end"),
    Reason.CHANGE_PLANNED: _l("Another change is planned"),
    Reason.RENEWAL_DUE: _l("Its renewal is due first"),
    Reason.GONE: _l("It no longer has this price"),
}


def cadence(of: Cadence) -> str:
    """How often: *every month*, *every 3 weeks*."""
    match of.interval:
        case Interval.WEEK:
            return str(ngettext("every week", "every %(num)d weeks", of.every))
        case Interval.MONTH:
            return str(ngettext("every month", "every %(num)d months", of.every))
        case Interval.QUARTER:
            return str(ngettext("every quarter", "every %(num)d quarters", of.every))
        case Interval.YEAR:
            return str(ngettext("every year", "every %(num)d years", of.every))


def offer(price: Price) -> str:
    """A base price as one chooses it: *Growth, $97.00 every month*."""
    name = f"{price.product.name} ({price.name})" if price.name else price.product.name
    how_often = cadence(cadence_of(price))
    if price.terms.model is not Model.FLAT:
        return str(_("%(plan)s, %(cadence)s", plan=name, cadence=how_often))
    amount = money(to_micros(price.terms.unit_price, price.currency))
    return str(_("%(plan)s, %(amount)s %(cadence)s", plan=name, amount=amount, cadence=how_often))
