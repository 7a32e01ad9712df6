"""What people read of due work."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from agency.test_clock.rules import Stride

STRIDES = {Stride.DAY: _l("One day"), Stride.WEEK: _l("One week"), Stride.MONTH: _l("One month")}
# By the name of the source, with its picture.
WORK: dict[str, tuple[LazyString, str]] = {
    "billing": (_l("Renewals, planned changes and ends of subscriptions"), "repeat"),
    "credit lots": (_l("Credit that expires"), "hourglass"),
    "autopay": (_l("Invoices that customers pay by themselves"), "credit-card"),
    "drafts to open": (_l("Drafts of invoices that open"), "file-text"),
    "ending cards": (_l("Letters about cards that are about to end"), "mail"),
    "holds": (_l("Holds that end"), "lock-open"),
    "invoice reminders": (_l("Letters about invoices that are due"), "mail"),
    "late fees": (_l("Late fees of bills that are not paid"), "alarm-clock"),
    "last usage": (_l("Usage of subscriptions that have ended"), "gauge"),
    "low wallets": (_l("Another look at wallets that run low"), "wallet"),
    "monthly credit": (_l("Monthly credit"), "coins"),
    "renewal notices": (_l("Letters about renewals to come"), "mail"),
    "parked clients": (_l("Clients whose billing failed, tried again"), "rotate-ccw"),
    "minimums of usage": (_l("Periods of usage that begin with a minimum"), "gauge"),
    "periods of usage": (_l("Periods of usage that close"), "gauge"),
    "recharges": (_l("Recharges that are tried again"), "refresh-cw"),
    "trials of apps": (_l("Trials of apps that end"), "blocks"),
    "unconfirmed payments": (_l("Payments that nobody confirmed"), "clock-alert"),
    "unconfirmed top-ups": (_l("Top-ups that nobody confirmed"), "clock-alert"),
    "unpaid bills": (_l("Unpaid bills that are tried again"), "rotate-ccw"),
    "usage": (_l("Usage that is counted and billed"), "gauge"),
}
OTHER = (_l("Other work"), "circle")


def work(name: str) -> LazyString:
    return WORK.get(name, OTHER)[0]


def symbol(name: str) -> str:
    return WORK.get(name, OTHER)[1]
