"""Every page and resource of this feature, for the factory."""

from subaccounts.portal.routes import access, account, api, billing, desk, entry, links, profiles

PAGES = [
    entry.entry,
    links.links,
    profiles.profiles,
    account.account,
    billing.billing,
    access.access,
    desk.desk,
]
RESOURCES = [api.resources]
