"""The factory: every feature, handler, tab and due source of the platform is listed here, once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import agency.models  # noqa: F401  # Every table known to the mapper.
from agency import announcements
from agency.dashboard import routes as dashboard
from agency.foundation import api, events, headers, i18n, limits, problems, tiles, vitals, web
from agency.foundation.access import admission, blueprints
from agency.foundation.access.blueprints import ApiBlueprint
from agency.foundation.api_docs import docs
from agency.foundation.audit import acts
from agency.foundation.audit import routes as audit_log
from agency.foundation.config import Settings
from agency.foundation.converters import IdConverter
from agency.foundation.database.session import connect
from agency.foundation.due import sources
from agency.foundation.due.sources import DueSource
from agency.foundation.jobs import delivery
from agency.foundation.tiles import Block, Tiles
from agency.foundation.web import Entry
from agency.mailbox.routes import mail_room
from agency.plans import acts as plans_acts
from agency.plans import routes as plans
from agency.plans.handlers import give_built_in_meters
from agency.staff import acts as staff_acts
from agency.staff import admission as staff_admission
from agency.staff import routes as staff
from agency.styleguide.routes import styleguide
from agency.tenants import acts as tenant_acts
from agency.tenants import routes as tenants
from agency.tenants.branding import tenant_shown
from agency.tenants.events import AgencyOpened, SubAccountOpened
from agency.tenants.tiles import sub_accounts_by_state
from agency.test_clock import routes as test_clock
from agency.webhooks import acts as webhook_acts
from agency.webhooks import kinds as event_kinds
from agency.webhooks import routes as webhooks
from subaccounts.billing_run import handlers as billing_run
from subaccounts.billing_run import jobs as billing_jobs
from subaccounts.panel import routes as panel
from subaccounts.subscriptions import acts as subscription_acts
from subaccounts.subscriptions import routes as subscriptions
from subaccounts.subscriptions.events import SubscriptionCanceling, SubscriptionsBilled, UnpaidPauseLifted
from subaccounts.subscriptions.tiles import renewals_today
from wallet.billing_accounts import acts as billing_account_acts
from wallet.billing_accounts.handlers import open_for_sub_account
from wallet.billing_accounts.routes import api as billing_account_api
from wallet.billing_accounts.routes import pages as billing_information
from wallet.charges.events import (
    ChargeAbandoned,
    ChargeDeclined,
    ChargeNeedsAuthentication,
    ChargePending,
    ChargeSettled,
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    RefundFailed,
    RefundSettled,
)
from wallet.credits import acts as wallet_acts
from wallet.credits import explanations
from wallet.credits import jobs as credit_jobs
from wallet.credits import routes as wallets
from wallet.credits.checks import compare as compare_credits
from wallet.credits.events import BalanceFell
from wallet.ledger import checks as ledger_checks
from wallet.ledger.checks import Comparison
from wallet.merchant_accounts import acts as merchant_acts
from wallet.merchant_accounts import routes as payments_processing
from wallet.payment_methods import acts as payment_method_acts
from wallet.payment_methods import expiry as ending_cards
from wallet.payment_methods.events import CardAttached, CardDetaching
from wallet.payment_methods.routes import api as payment_methods_api
from wallet.payment_methods.routes import pages as payment_methods
from wallet.recharge import acts as recharge_acts
from wallet.recharge import handlers as recharges
from wallet.recharge import jobs as recharge_jobs
from wallet.recharge import routes as recharge
from wallet.screens import routes as wallet_screens
from wallet.screens.explanations import EXPLANATIONS
from wallet.screens.routes.tiles import risk_tiles, wallet_block, wallet_tiles
from wallet.stripe_webhooks.routes import inbox as stripe_inbox
from wallet.stripe_webhooks.routes import pages as processor_events
from wallet.top_ups import acts as top_up_acts
from wallet.top_ups import handlers as top_ups
from wallet.top_ups import jobs as top_up_jobs
from wallet.top_ups import routes as funds
from wallet.top_ups.checks import compare as compare_top_ups

BODY_BYTES_MAX = 2 * 1024 * 1024
FORM_PARTS_MAX = 1000
ROOT = Path(__file__).parents[1]


def create_app(settings: Settings, *, connect_database: bool = True) -> Flask:
    """Build the platform for one process; nothing is read from the environment here."""
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    if connect_database:
        connect(settings.database_url)
    headers.install(app, settings)
    i18n.install(app)
    vitals.measure(app)
    limits.install(app, settings)
    problems.install(app)
    _install_door(app)
    web.install(app, tenant=tenant_shown)
    _install_features(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="cartera",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        WTF_CSRF_TIME_LIMIT=None,  # A form may stay open as long as its sign-in.
        TRANSLATIONS=ROOT / "agency" / "translations",
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    app.extensions["settings"] = settings
    app.extensions["cipher"] = Fernet(settings.encryption_key)
    app.extensions["redis"] = delivery.connect(settings.redis_url)
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies_trusted:
        count = settings.proxies_trusted
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented way.


def _install_door(app: Flask) -> None:
    csrf = CSRFProtect(app)
    app.extensions["csrf_guard"] = csrf
    admission.install(
        app,
        {
            blueprints.CONSOLE: staff_admission.admit_console,
            blueprints.PANEL: staff_admission.admit_panel,
            blueprints.ACCOUNT: staff_admission.admit_account,
            blueprints.API: staff_admission.admit_api,
        },
        load_person=staff_admission.load_person,
    )


def _install_features(app: Flask) -> None:
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.extensions["csrf_guard"].exempt(stripe_inbox)
    api.install(app, RESOURCES)
    for audience, entries in NAVIGATION.items():
        web.add_navigation(audience, *entries)
    for audience, added in TILES.items():
        tiles.add_tiles(audience, *added)
    for audience, blocks in BLOCKS.items():
        tiles.add_blocks(audience, *blocks)
    for source_type, explain in EXPLANATIONS.items():
        explanations.register(source_type, explain)
    acts.name_acts(tenant_acts.ACTS)
    acts.name_acts(plans_acts.ACTS)
    acts.name_acts(staff_acts.ACTS)
    acts.name_acts(wallet_acts.ACTS)
    acts.name_acts(webhook_acts.ACTS)
    acts.name_fields(webhook_acts.FIELDS)
    event_kinds.name_kinds(announcements.KINDS)
    acts.name_fields(plans_acts.FIELDS)
    acts.name_fields(tenant_acts.FIELDS)
    acts.name_fields(staff_acts.FIELDS)
    acts.name_acts(top_up_acts.ACTS)
    acts.name_acts(recharge_acts.ACTS)
    acts.name_fields(wallet_acts.FIELDS)
    acts.name_fields(top_up_acts.FIELDS)
    acts.name_fields(recharge_acts.FIELDS)
    for room in (subscription_acts, billing_account_acts, merchant_acts, payment_method_acts):
        acts.name_acts(room.ACTS)
        acts.name_fields(room.FIELDS)
    for event, handler in SUBSCRIPTIONS:
        events.subscribe(event, handler)
    sources.register(*DUE)
    for comparison in COMPARISONS:
        ledger_checks.register(comparison)


PAGES: list[Blueprint] = [
    *staff.PAGES,
    *tenants.PAGES,
    *plans.PAGES,
    *webhooks.PAGES,
    *funds.PAGES,
    *recharge.PAGES,
    *subscriptions.PAGES,
    audit_log.pages,
    dashboard.pages,
    docs,
    mail_room,
    billing_information.pages,
    panel.pages,
    payment_methods.pages,
    payments_processing.pages,
    processor_events,
    *wallet_screens.PAGES,
    stripe_inbox,
    styleguide,
    vitals.vitals,
]
RESOURCES: list[ApiBlueprint] = [
    *staff.RESOURCES,
    *tenants.RESOURCES,
    *plans.RESOURCES,
    *webhooks.RESOURCES,
    *wallets.RESOURCES,
    *funds.RESOURCES,
    *recharge.RESOURCES,
    *subscriptions.RESOURCES,
    audit_log.resources,
    billing_account_api.resources,
    payment_methods_api.resources,
    test_clock.resource,
]
DUE: list[DueSource] = [
    ending_cards.DUE,
    credit_jobs.HOLDS,
    credit_jobs.LOTS,
    credit_jobs.MONTHS,
    top_up_jobs.DUE,
    *recharge_jobs.DUE,
    *billing_jobs.DUE,
]
COMPARISONS: list[Comparison] = [compare_credits, compare_top_ups]
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
        ),
        Entry(
            label=_l("Wallets"),
            endpoint="wallets_desk.at_risk",
            permission="wallets.read",
            icon="wallet",
        ),
        Entry(label=_l("Team"), endpoint="team.members", permission="team.read", icon="users", group=_l("Agency")),
        Entry(
            label=_l("API keys"),
            endpoint="api_keys.index",
            permission="keys.manage",
            icon="key-round",
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
            label=_l("Audit log"),
            endpoint="audit_log.show",
            permission="audit.read",
            icon="scroll-text",
            group=_l("Agency"),
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
        Entry(label=_l("Team"), endpoint="panel_team.members", permission="team.read", icon="users"),
        Entry(label=_l("API keys"), endpoint="panel_api_keys.index", permission="keys.manage", icon="key-round"),
        Entry(label=_l("Webhooks"), endpoint="panel_webhooks.index", permission="webhooks.manage", icon="webhook"),
        Entry(label=_l("Event log"), endpoint="panel_event_log.index", permission="webhooks.manage", icon="list"),
    ],
    "catalogue": plans.TABS,
    "sub_account": [
        Entry(label=_l("Summary"), endpoint="sub_account.summary", permission="sub_accounts.read"),
        Entry(label=_l("Wallet"), endpoint="sub_account_wallet.show", permission="wallets.read"),
        Entry(label=_l("Subscriptions"), endpoint="sub_account_subscriptions.index", permission="subscriptions.read"),
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
TILES: dict[str, list[Tiles]] = {
    blueprints.CONSOLE: [
        Tiles(permission="sub_accounts.read", read=sub_accounts_by_state),
        Tiles(permission="wallets.read", read=risk_tiles),
        Tiles(permission="subscriptions.read", read=renewals_today),
    ],
    blueprints.PANEL: [Tiles(permission="wallets.read", read=wallet_tiles)],
}
BLOCKS: dict[str, list[Block]] = {
    blueprints.PANEL: [
        Block(permission="wallets.read", template="wallet/screens/overview.html", read=wallet_block),
    ],
}
SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    (AgencyOpened, give_built_in_meters),
    (SubAccountOpened, open_for_sub_account),
    (ChargeSettled, top_ups.credit_top_up),
    (ChargeSettled, recharges.charge_settled),
    (ChargeSettled, billing_run.charge_settled),
    (ChargeDeclined, top_ups.decline_top_up),
    (ChargeDeclined, recharges.charge_declined),
    (ChargeDeclined, billing_run.charge_declined),
    (ChargeNeedsAuthentication, top_ups.await_confirmation),
    (ChargeNeedsAuthentication, recharges.charge_needs_authentication),
    (ChargeNeedsAuthentication, billing_run.charge_needs_authentication),
    (ChargePending, recharges.charge_pending),
    (ChargeAbandoned, top_ups.abandon_top_up),
    (ChargeAbandoned, recharges.charge_abandoned),
    (ChargeAbandoned, billing_run.charge_abandoned),
    (RefundSettled, top_ups.settle_refund),
    (RefundFailed, top_ups.undo_failed_refund),
    (DisputeOpened, recharges.dispute_opened),
    (DisputeLost, top_ups.lose_dispute),
    (DisputeWon, top_ups.win_dispute),
    (BalanceFell, recharges.recharge_fallen),
    (CardAttached, recharges.card_attached),
    (CardAttached, billing_run.card_attached),
    (CardDetaching, recharges.card_detaching),
    *announcements.SUBSCRIPTIONS,
    (SubscriptionsBilled, billing_run.collect_bills),
    (SubscriptionCanceling, billing_run.stop_dunning),
    (UnpaidPauseLifted, billing_run.ask_again),
]
