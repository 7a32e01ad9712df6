"""The rails and tabs of every audience, in the order in which people see them."""

from flask_babel import lazy_gettext as _l

from agency.foundation.access import blueprints
from agency.foundation.web import Entry
from agency.plans import routes as plans
from agency.reports import routes as reports

NAVIGATION: dict[str, list[Entry]] = {
    blueprints.CONSOLE: [
        Entry(label=_l("Overview"), endpoint="dashboard.overview", permission="agency.read", icon="layout-dashboard"),
        Entry(
            label=_l("Sub-accounts"),
            endpoint="sub_accounts.index",
            permission="sub_accounts.read",
            icon="building-2",
            tabs="sub_account",
        ),
        Entry(
            label=_l("Catalogue"),
            endpoint="catalogue.plans",
            permission="catalogue.read",
            icon="package",
            tabs="catalogue",
            rooms=("price_moves",),
        ),
        Entry(label=_l("Resale"), endpoint="resale.index", permission="catalogue.manage", icon="percent"),
        Entry(label=_l("Marketplace"), endpoint="market.index", permission="catalogue.read", icon="layout-grid"),
        Entry(label=_l("Billing run"), endpoint="billing_run.show", permission="subscriptions.read", icon="repeat"),
        Entry(label=_l("Invoices"), endpoint="invoices_desk.index", permission="invoices.read", icon="file-text"),
        Entry(label=_l("Payments"), endpoint="payments_desk.index", permission="payments.read", icon="hand-coins"),
        Entry(
            label=_l("Statements"), endpoint="statements_desk.index", permission="invoices.read", icon="notebook-text"
        ),
        Entry(label=_l("Wallets"), endpoint="wallets_desk.at_risk", permission="wallets.read", icon="wallet"),
        Entry(
            label=_l("Reports"),
            endpoint="reports_desk.show_revenue",
            permission="reports.read",
            icon="chart-column",
            tabs="reports_desk",
        ),
        Entry(label=_l("Team"), endpoint="team.members", permission="team.read", icon="users", group=_l("Agency")),
        Entry(
            label=_l("Branding"),
            endpoint="agency_branding.show",
            permission="agency.manage",
            icon="palette",
            group=_l("Agency"),
        ),
        Entry(
            label=_l("Settings"),
            endpoint="agency_settings.show",
            permission="agency.manage",
            icon="settings",
            group=_l("Agency"),
        ),
        Entry(
            label=_l("Payments processing"),
            endpoint="payments_processing.show",
            permission="agency.manage",
            icon="landmark",
            group=_l("Agency"),
        ),
        Entry(
            label=_l("Reminders"),
            endpoint="reminders_desk.show",
            permission="invoices.manage",
            icon="bell-ring",
            group=_l("Agency"),
        ),
        Entry(
            label=_l("Audit log"),
            endpoint="audit_log.show",
            permission="audit.read",
            icon="scroll-text",
            group=_l("Agency"),
        ),
        Entry(
            label=_l("API keys"),
            endpoint="api_keys.index",
            permission="keys.manage",
            icon="key-round",
            group=_l("Developers"),
        ),
        Entry(
            label=_l("Your apps"),
            endpoint="publisher.index",
            permission="apps.publish",
            icon="puzzle",
            rooms=("earnings",),
            group=_l("Developers"),
        ),
        Entry(
            label=_l("Webhooks"),
            endpoint="webhooks.index",
            permission="webhooks.manage",
            icon="webhook",
            group=_l("Developers"),
        ),
        Entry(
            label=_l("Event log"),
            endpoint="event_log.index",
            permission="webhooks.manage",
            icon="list",
            group=_l("Developers"),
        ),
        Entry(
            label=_l("Test clock"),
            endpoint="test_clock.show",
            permission="clock.manage",
            icon="fast-forward",
            group=_l("Developers"),
            sandbox_only=True,
        ),
    ],
    blueprints.PANEL: [
        Entry(label=_l("Overview"), endpoint="panel.overview", permission="panel.read", icon="layout-dashboard"),
        Entry(label=_l("Wallet and transactions"), endpoint="wallet.show", permission="wallets.read", icon="wallet"),
        Entry(
            label=_l("Subscriptions"),
            endpoint="panel_subscriptions.index",
            permission="subscriptions.read",
            icon="repeat",
        ),
        Entry(label=_l("Usage"), endpoint="panel_usage.index", permission="usage.read", icon="chart-column"),
        Entry(
            label=_l("Apps"), endpoint="storefront.index", permission="apps.read", icon="layout-grid", tabs="panel_apps"
        ),
        Entry(
            label=_l("Payment methods"),
            endpoint="payment_methods.index",
            permission="payment_methods.read",
            icon="credit-card",
        ),
        Entry(
            label=_l("Billing information"),
            endpoint="billing_information.show",
            permission="billing_accounts.read",
            icon="file-text",
        ),
        Entry(
            label=_l("Invoices billed to you"),
            endpoint="billed_invoices.index",
            permission="invoices.read",
            icon="receipt",
        ),
        Entry(label=_l("Notices"), endpoint="notices.show", permission="panel.read", icon="bell"),
        Entry(
            label=_l("Customers"),
            endpoint="customers_desk.index",
            permission="customers.read",
            icon="users",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Customer invoices"),
            endpoint="customer_invoices.index",
            permission="invoices.read",
            icon="file-text",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Customer payments"),
            endpoint="customer_payments.index",
            permission="payments.read",
            icon="hand-coins",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Statements"),
            endpoint="customer_statements.index",
            permission="invoices.read",
            icon="notebook-text",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Reminders"),
            endpoint="customer_reminders.show",
            permission="invoices.manage",
            icon="bell-ring",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Import invoices"),
            endpoint="invoice_imports.index",
            permission="invoices.manage",
            icon="file-up",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Client portal"),
            endpoint="portal_desk.show",
            permission="customers.manage",
            icon="door-open",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Payments processing"),
            endpoint="seller_payments.show",
            permission="billing_accounts.manage",
            icon="landmark",
            group=_l("Your business"),
        ),
        Entry(
            label=_l("Team"), endpoint="panel_team.members", permission="team.read", icon="users", group=_l("Account")
        ),
        Entry(
            label=_l("API keys"),
            endpoint="panel_api_keys.index",
            permission="keys.manage",
            icon="key-round",
            group=_l("Account"),
        ),
        Entry(
            label=_l("Webhooks"),
            endpoint="panel_webhooks.index",
            permission="webhooks.manage",
            icon="webhook",
            group=_l("Account"),
        ),
        Entry(
            label=_l("Event log"),
            endpoint="panel_event_log.index",
            permission="webhooks.manage",
            icon="list",
            group=_l("Account"),
        ),
    ],
    blueprints.PROFILE: [
        Entry(
            label=_l("Billing & payments"),
            endpoint="portal_billing.overview",
            permission="portal.billing",
            icon="receipt",
        ),
        Entry(label=_l("Account history"), endpoint="portal_history.show", permission="portal.billing", icon="list"),
        Entry(label=_l("Saved cards"), endpoint="portal_cards.index", permission="portal.billing", icon="credit-card"),
        Entry(label=_l("Autopay"), endpoint="portal_autopay.show", permission="portal.billing", icon="repeat"),
    ],
    "catalogue": plans.TABS,
    "reports_desk": reports.TABS,
    "panel_apps": [
        Entry(label=_l("Find apps"), endpoint="storefront.index", permission="apps.read"),
        Entry(label=_l("My apps"), endpoint="installed_apps.index", permission="installs.read"),
    ],
    "sub_account": [
        Entry(label=_l("Summary"), endpoint="sub_account.summary", permission="sub_accounts.read"),
        Entry(label=_l("Wallet"), endpoint="sub_account_wallet.show", permission="wallets.read"),
        Entry(label=_l("Subscriptions"), endpoint="sub_account_subscriptions.index", permission="subscriptions.read"),
        Entry(label=_l("Usage"), endpoint="sub_account_usage.index", permission="usage.read"),
        Entry(label=_l("Invoices"), endpoint="sub_account_invoices.index", permission="invoices.read"),
        Entry(label=_l("Import invoices"), endpoint="sub_account_imports.index", permission="invoices.manage"),
        Entry(label=_l("Team"), endpoint="sub_account_team.members", permission="team.read"),
        Entry(label=_l("Activity"), endpoint="sub_account.activity", permission="audit.read"),
        Entry(label=_l("Settings"), endpoint="sub_account.settings", permission="sub_accounts.manage"),
    ],
    "wallets_desk": [
        Entry(label=_l("At risk"), endpoint="wallets_desk.at_risk", permission="wallets.read"),
        Entry(label=_l("Recharges"), endpoint="wallets_desk.recharges", permission="wallets.read"),
        Entry(label=_l("Defaults"), endpoint="wallets_desk.defaults", permission="agency.manage"),
    ],
}
