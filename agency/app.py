"""The factory: every feature, handler, tab and due source of the platform is listed here, once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import agency.models  # noqa: F401  # Every table known to the mapper.
from agency import announcements
from agency.foundation import api, encryption, events, headers, i18n, limits, problems, tiles, vitals, web
from agency.foundation.access import admission, blueprints
from agency.foundation.audit import acts
from agency.foundation.config import Settings
from agency.foundation.converters import IdConverter
from agency.foundation.database.session import connect
from agency.foundation.due import advance, sources
from agency.foundation.due.sources import DueSource
from agency.foundation.jobs import delivery
from agency.foundation.tiles import Block, Tiles
from agency.navigation import NAVIGATION
from agency.plans import rehearsals
from agency.plans.handlers import give_built_in_meters
from agency.reports.routes.tiles import failure_tiles, revenue_tiles
from agency.rooms import ACTS, PAGES, RESOURCES
from agency.staff import admission as staff_admission
from agency.tenants.branding import tenant_shown
from agency.tenants.events import AgencyOpened, SubAccountOpened
from agency.tenants.tiles import sub_accounts_by_state
from agency.webhooks import kinds as event_kinds
from marketplace import rooms as marketplace
from subaccounts.billing_run import handlers as billing_run
from subaccounts.billing_run import jobs as billing_jobs
from subaccounts.billing_run.operations import wallet_lines
from subaccounts.billing_run.routes.tiles import billing_tiles
from subaccounts.customers import letters
from subaccounts.customers.routes import stopping
from subaccounts.invoices import consequences
from subaccounts.invoices import handlers as invoices
from subaccounts.invoices import jobs as invoice_jobs
from subaccounts.invoices.checks import compare as compare_invoices
from subaccounts.invoices.events import CreditNotesIssued, InvoiceSettled, InvoicesOpened, InvoiceVoided, InvoiceVoiding
from subaccounts.late_fees import handlers as late_fees
from subaccounts.late_fees import jobs as late_fee_jobs
from subaccounts.late_fees.queries import fees_of
from subaccounts.panel.tiles import invoice_tiles, renewal_tiles
from subaccounts.payments import handlers as payments
from subaccounts.payments import jobs as payment_jobs
from subaccounts.payments.checks import compare as compare_payments
from subaccounts.payments.events import PaymentFailed, PaymentSettled
from subaccounts.portal import admission as portal_admission
from subaccounts.portal import collecting as autopay
from subaccounts.portal import handlers as portal_handlers
from subaccounts.portal.queries import granted_readers
from subaccounts.reminders import handlers as reminders
from subaccounts.reminders import jobs as reminder_jobs
from subaccounts.subscriptions import handlers as subscription_notices
from subaccounts.subscriptions import jobs as subscription_jobs
from subaccounts.subscriptions.events import (
    SubscriptionCanceling,
    SubscriptionsBilled,
    SubscriptionsMoved,
    UnpaidPauseLifted,
)
from subaccounts.subscriptions.routes.rehearsal import SUBSCRIBED
from subaccounts.usage import jobs as usage_jobs
from subaccounts.usage.checks import compare as compare_usage
from subaccounts.usage.explanations import explain_usage
from subaccounts.usage.operations.charging import SOURCE as USAGE_CHARGE
from subaccounts.usage.rehearsal import USED
from wallet.billing_accounts.handlers import open_for_sub_account
from wallet.caps.handlers import cap_crossed
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
from wallet.credits import explanations
from wallet.credits import jobs as credit_jobs
from wallet.credits.checks import compare as compare_credits
from wallet.credits.events import BalanceFell, CapCrossed
from wallet.ledger import checks as ledger_checks
from wallet.ledger.checks import Comparison
from wallet.payment_methods import expiry as ending_cards
from wallet.payment_methods.events import CardAttached, CardDetaching
from wallet.recharge import handlers as recharges
from wallet.recharge import jobs as recharge_jobs
from wallet.recharge.events import RechargeFiredEarly
from wallet.screens.explanations import EXPLANATIONS
from wallet.screens.routes.tiles import risk_tiles, wallet_block, wallet_tiles
from wallet.stripe_webhooks.draining import drain
from wallet.stripe_webhooks.routes import inbox as stripe_inbox
from wallet.top_ups import handlers as top_ups
from wallet.top_ups import jobs as top_up_jobs
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
    encryption.install(app, settings.encryption_key)
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
            blueprints.PORTAL: portal_admission.admit_portal,
            blueprints.PROFILE: portal_admission.admit_profile,
        },
        load_person=staff_admission.load_person,
        turn_aways=dict.fromkeys((blueprints.PORTAL, blueprints.PROFILE), portal_admission.turn_away),
    )


def _install_features(app: Flask) -> None:
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.extensions["csrf_guard"].exempt(stripe_inbox)
    app.extensions["csrf_guard"].exempt(stopping.stop)
    api.install(app, RESOURCES)
    for audience, entries in NAVIGATION.items():
        web.add_navigation(audience, *entries)
    for audience, added in TILES.items():
        tiles.add_tiles(audience, *added)
    for audience, blocks in BLOCKS.items():
        tiles.add_blocks(audience, *blocks)
    for source_type, explain in (EXPLANATIONS | marketplace.EXPLANATIONS | {USAGE_CHARGE: explain_usage}).items():
        explanations.register(source_type, explain)
    consequences.register(fees_of)
    for room in ACTS:
        acts.name_acts(room.ACTS)
        acts.name_fields(room.FIELDS)
    event_kinds.name_kinds(announcements.KINDS, of_apps=announcements.OF_APPS)
    for event, handler in SUBSCRIPTIONS:
        events.subscribe(event, handler)
    sources.register(*DUE)
    advance.ask_before_each_step(drain)
    rehearsals.register(SUBSCRIBED)
    rehearsals.register(USED)
    letters.add_readers(granted_readers)
    for lister in marketplace.LISTERS:
        wallet_lines.register(lister)
    for comparison in COMPARISONS:
        ledger_checks.register(comparison)


DUE: list[DueSource] = [
    ending_cards.DUE,
    credit_jobs.HOLDS,
    credit_jobs.LOTS,
    credit_jobs.MONTHS,
    top_up_jobs.DUE,
    *recharge_jobs.DUE,
    autopay.DUE,
    *usage_jobs.DUE,
    *billing_jobs.DUE,
    invoice_jobs.DUE,
    late_fee_jobs.DUE,
    subscription_jobs.DUE,
    *marketplace.DUE,
    payment_jobs.DUE,
    reminder_jobs.DUE,
]
COMPARISONS: list[Comparison] = [
    *marketplace.COMPARISONS,
    compare_credits,
    compare_top_ups,
    compare_invoices,
    compare_payments,
    compare_usage,
]
TILES: dict[str, list[Tiles]] = {
    blueprints.CONSOLE: [
        Tiles(permission="reports.read", read=revenue_tiles),
        Tiles(permission="sub_accounts.read", read=sub_accounts_by_state),
        Tiles(permission="wallets.read", read=risk_tiles),
        Tiles(permission="reports.read", read=failure_tiles),
        Tiles(permission="subscriptions.read", read=billing_tiles),
    ],
    blueprints.PANEL: [
        Tiles(permission="wallets.read", read=wallet_tiles),
        Tiles(permission="subscriptions.read", read=renewal_tiles),
        Tiles(permission="invoices.read", read=invoice_tiles),
    ],
}
BLOCKS: dict[str, list[Block]] = {
    blueprints.PANEL: [
        Block(permission="wallets.read", template="wallet/screens/overview.html", read=wallet_block),
    ],
}
SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    (AgencyOpened, give_built_in_meters),
    (SubAccountOpened, open_for_sub_account),
    (SubAccountOpened, portal_handlers.open_for_sub_account),
    (PaymentSettled, portal_handlers.forget_typed_card),
    (PaymentFailed, portal_handlers.forget_typed_card),
    (PaymentSettled, portal_handlers.autopay_settled),
    (PaymentFailed, portal_handlers.autopay_failed),
    (ChargeSettled, top_ups.credit_top_up),
    (ChargeSettled, recharges.charge_settled),
    (ChargeDeclined, top_ups.decline_top_up),
    (ChargeDeclined, recharges.charge_declined),
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
    (CapCrossed, cap_crossed),
    (RechargeFiredEarly, recharges.fired_early),
    (CardAttached, recharges.card_attached),
    (CardAttached, billing_run.card_attached),
    (CardAttached, portal_handlers.watch_typed_card),
    (CardDetaching, recharges.card_detaching),
    *announcements.SUBSCRIPTIONS,
    (SubscriptionsBilled, billing_run.collect_bills),
    (InvoicesOpened, billing_run.ask_for_invoices),
    (InvoicesOpened, invoices.leave_costs),
    (InvoiceSettled, billing_run.follow_invoice),
    (InvoiceVoided, billing_run.follow_invoice),
    (SubscriptionsMoved, subscription_notices.tell_moves),
    (SubscriptionCanceling, billing_run.stop_dunning),
    (UnpaidPauseLifted, billing_run.ask_again),
    (ChargeSettled, payments.settle_payment),
    (ChargeDeclined, payments.decline_payment),
    (ChargeDeclined, billing_run.charge_declined),  # Its payment may be tried again at once.
    (ChargeNeedsAuthentication, payments.await_confirmation),
    (ChargeAbandoned, payments.abandon_payment),
    (RefundSettled, payments.settle_refund),
    (RefundFailed, payments.undo_failed_refund),
    (DisputeOpened, payments.heed_dispute),
    (DisputeWon, payments.win_dispute),
    (CreditNotesIssued, payments.keep_what_notes_left),
    (CreditNotesIssued, invoices.leave_costs_of_notes),
    (InvoiceVoiding, payments.refuse_void_under_way),
    (InvoicesOpened, reminders.plan_reminders),
    (InvoicesOpened, late_fees.look_at_opened),
    (InvoiceSettled, late_fees.look_at_reopened),
    (PaymentSettled, reminders.thank_for_payment),
    (PaymentFailed, reminders.tell_of_failure),
    *marketplace.SUBSCRIPTIONS,
]
