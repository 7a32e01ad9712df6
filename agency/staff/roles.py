"""Who may do what: every role and every permission on one page.

A permission means the same at both places, the agency's console and a sub-account's panel; where a visitor
holds it says whose rows it opens.
"""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    BILLING = "billing"
    SUPPORT = "support"
    READ_ONLY = "read_only"
    VIEWER = "viewer"
    PUBLISHER = "publisher"
    DEVELOPER = "developer"
    ACCOUNTING = "accounting"


AGENCY_ROLES = (Role.OWNER, Role.ADMIN, Role.BILLING, Role.SUPPORT, Role.READ_ONLY)
SUB_ACCOUNT_ROLES = (Role.OWNER, Role.BILLING, Role.VIEWER)
PUBLISHER_ROLES = (Role.PUBLISHER, Role.DEVELOPER, Role.ACCOUNTING)
# Who holds one runs the place; the last of them stays.
OWNERS = frozenset({Role.OWNER, Role.PUBLISHER})

ROLE_NAMES = {
    Role.OWNER: _l("Owner"),
    Role.ADMIN: _l("Administrator"),
    Role.BILLING: _l("Billing"),
    Role.SUPPORT: _l("Support"),
    Role.READ_ONLY: _l("Read-only"),
    Role.VIEWER: _l("Viewer"),
    Role.PUBLISHER: _l("Publisher"),
    Role.DEVELOPER: _l("Developer"),
    Role.ACCOUNTING: _l("Accounting"),
}

READ_MONEY = frozenset(
    {
        "wallets.read",
        "payment_methods.read",
        "billing_accounts.read",
        "subscriptions.read",
        "usage.read",
        "invoices.read",
        "payments.read",
        "customers.read",
        "apps.read",
        "installs.read",
    }
)
MANAGE_MONEY = READ_MONEY | {
    "wallets.manage",
    "payment_methods.manage",
    "billing_accounts.manage",
    "subscriptions.manage",
    "usage.write",
    "invoices.manage",
    "payments.manage",
    "customers.manage",
    "installs.manage",
}
READ_AGENCY = READ_MONEY | {"agency.read", "sub_accounts.read", "catalogue.read", "reports.read", "team.read"}
MANAGE_AGENCY = (
    READ_AGENCY
    | MANAGE_MONEY
    | {
        "agency.manage",
        "sub_accounts.manage",
        "sub_accounts.view",
        "catalogue.manage",
        "apps.publish",
        "earnings.read",
        "team.manage",
        "keys.manage",
        "webhooks.manage",
        "audit.read",
        "clock.manage",
    }
)
READ_EARNINGS = frozenset({"apps.read", "earnings.read", "team.read"})
MAKE_APPS = READ_EARNINGS | {"apps.publish", "keys.manage", "webhooks.manage"}

AGENCY_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset(MANAGE_AGENCY | {"team.owners"}),
    Role.ADMIN: frozenset(MANAGE_AGENCY),
    Role.BILLING: frozenset(READ_AGENCY | MANAGE_MONEY | {"sub_accounts.manage", "sub_accounts.view"}),
    Role.SUPPORT: frozenset(READ_AGENCY | {"sub_accounts.view"}),
    Role.READ_ONLY: frozenset(READ_AGENCY),
    # Of a tenant that makes apps and sells nothing itself; its first is given by the operator.
    Role.PUBLISHER: frozenset(MAKE_APPS | {"team.manage", "team.owners", "audit.read"}),
    Role.DEVELOPER: frozenset(MAKE_APPS),
    Role.ACCOUNTING: frozenset(READ_EARNINGS),
}
SUB_ACCOUNT_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset(
        MANAGE_MONEY | {"panel.read", "team.read", "team.manage", "team.owners", "keys.manage", "webhooks.manage"}
    ),
    Role.BILLING: frozenset(MANAGE_MONEY | {"panel.read", "team.read"}),
    Role.VIEWER: frozenset(READ_MONEY | {"panel.read", "team.read"}),
}

# What staff of the agency see of a panel they look at: everything its viewer would, and nothing to press.
VIEWING = SUB_ACCOUNT_PERMISSIONS[Role.VIEWER]

# A key is for programs: it never manages people, nor makes itself an owner.
AGENCY_SCOPES = MANAGE_AGENCY - {"team.manage", "sub_accounts.view"}
SUB_ACCOUNT_SCOPES = SUB_ACCOUNT_PERMISSIONS[Role.OWNER] - {"team.manage", "team.owners", "panel.read"} | {
    "sub_accounts.read"  # Its own alone: the scope is narrowed before anything is read.
}

# What an app may ask its clients for; it never holds what belongs to the wallet itself.
APP_PERMISSIONS = frozenset(
    {"sub_accounts.read", "usage.read", "usage.write", "customers.read", "invoices.read", "payments.read"}
)
APP_SCOPES = APP_PERMISSIONS | {"installs.read", "installs.charge"}


def roles_at(place: object, *, publishes: bool = False) -> tuple[Role, ...]:
    """The roles that can be given: ``place`` None is the agency, or the publisher; anything else a sub-account."""
    if place is not None:
        return SUB_ACCOUNT_ROLES
    return PUBLISHER_ROLES if publishes else AGENCY_ROLES


def permissions_of(role: Role, place: object) -> frozenset[str]:
    return (AGENCY_PERMISSIONS if place is None else SUB_ACCOUNT_PERMISSIONS)[role]


def scopes_at(place: object) -> frozenset[str]:
    return frozenset(AGENCY_SCOPES if place is None else SUB_ACCOUNT_SCOPES)


# The words for permissions where they are ticked one by one: what it is about, and what may be done.
SUBJECTS = {
    "agency": _l("Agency"),
    "sub_accounts": _l("Sub-accounts"),
    "catalogue": _l("Catalogue"),
    "subscriptions": _l("Subscriptions"),
    "wallets": _l("Wallets"),
    "payment_methods": _l("Payment methods"),
    "billing_accounts": _l("Billing information"),
    "usage": _l("Usage"),
    "customers": _l("Customers"),
    "invoices": _l("Invoices"),
    "payments": _l("Payments"),
    "reports": _l("Reports"),
    "apps": _l("Apps"),
    "earnings": _l("Revenue of your apps"),
    "installs": _l("Installed apps"),
    "team": _l("Team"),
    "keys": _l("API keys"),
    "webhooks": _l("Webhooks"),
    "audit": _l("Audit log"),
    "clock": _l("Test clock"),
}
VERBS = {"read": _l("Read"), "write": _l("Send"), "manage": _l("Manage"), "publish": _l("Publish")}


def scope_groups(scopes: frozenset[str]) -> list[tuple[object, list[tuple[str, object]]]]:
    """The scopes under their subjects, in the order of ``SUBJECTS``: [(subject, [(scope, verb), ...]), ...]."""
    return [
        (label, [(f"{name}.{verb}", word) for verb, word in VERBS.items() if f"{name}.{verb}" in scopes])
        for name, label in SUBJECTS.items()
        if any(scope.startswith(f"{name}.") for scope in scopes)
    ]
