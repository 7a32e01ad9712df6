"""Every page and resource of this feature, for the factory."""

from subaccounts.portal.routes import (
    access,
    account,
    api,
    autopay,
    billing,
    cards,
    desk,
    entry,
    history,
    links,
    paying,
    payments,
    preview,
    profiles,
    statements,
)

PAGES = [
    entry.entry,
    links.links,
    profiles.profiles,
    account.account,
    billing.billing,
    history.history,
    paying.paying,
    payments.payments,
    cards.saved_cards,
    autopay.autopay,
    preview.preview,
    statements.statements,
    access.access,
    desk.desk,
]
RESOURCES = [api.resources]
