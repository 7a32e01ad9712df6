"""Every page, resource and word of the audit log that the rooms bring, for the factory."""

from flask import Blueprint

from agency.dashboard import routes as dashboard
from agency.exchange_rates import acts as exchange_rate_acts
from agency.exchange_rates import routes as exchange_rates
from agency.foundation import vitals
from agency.foundation.access.blueprints import ApiBlueprint
from agency.foundation.api_docs import docs
from agency.foundation.audit import routes as audit_log
from agency.mailbox.routes import mail_room
from agency.notices import routes as notices
from agency.plans import acts as plans_acts
from agency.plans import routes as plans
from agency.reports import routes as reports
from agency.staff import acts as staff_acts
from agency.staff import routes as staff
from agency.styleguide.routes import styleguide
from agency.tenants import acts as tenant_acts
from agency.tenants import routes as tenants
from agency.test_clock import acts as clock_acts
from agency.test_clock import routes as test_clock
from agency.webhooks import acts as webhook_acts
from agency.webhooks import routes as webhooks
from marketplace import rooms as marketplace
from subaccounts.billing_run import routes as billing_desk
from subaccounts.closing import routes as closing
from subaccounts.customers import acts as customer_acts
from subaccounts.customers import routes as customers
from subaccounts.imports import acts as import_acts
from subaccounts.imports import routes as imports
from subaccounts.invoices import acts as invoice_acts
from subaccounts.invoices import routes as invoices
from subaccounts.late_fees import acts as late_fee_acts
from subaccounts.late_fees import routes as late_fees
from subaccounts.panel import routes as panel
from subaccounts.payments import acts as payment_acts
from subaccounts.payments import routes as payment_routes
from subaccounts.portal import acts as portal_acts
from subaccounts.portal import routes as portal
from subaccounts.reminders import acts as reminder_acts
from subaccounts.reminders import routes as reminders
from subaccounts.statements import acts as statement_acts
from subaccounts.statements import routes as statements
from subaccounts.subscriptions import acts as subscription_acts
from subaccounts.subscriptions import routes as subscriptions
from subaccounts.usage import acts as usage_acts
from subaccounts.usage import routes as usage
from wallet.billing_accounts import acts as billing_account_acts
from wallet.billing_accounts.routes import api as billing_account_api
from wallet.billing_accounts.routes import pages as billing_information
from wallet.credits import acts as wallet_acts
from wallet.credits import routes as wallets
from wallet.merchant_accounts import acts as merchant_acts
from wallet.merchant_accounts.routes import api as merchant_account_api
from wallet.merchant_accounts.routes import pages as payments_processing
from wallet.merchant_accounts.routes import seller_pages as seller_payments
from wallet.payment_methods import acts as payment_method_acts
from wallet.payment_methods.routes import api as payment_methods_api
from wallet.payment_methods.routes import pages as payment_methods
from wallet.recharge import acts as recharge_acts
from wallet.recharge import routes as recharge
from wallet.screens import routes as wallet_screens
from wallet.stripe_webhooks.routes import inbox as stripe_inbox
from wallet.stripe_webhooks.routes import pages as processor_events
from wallet.top_ups import acts as top_up_acts
from wallet.top_ups import routes as funds

ACTS = (
    billing_account_acts,
    customer_acts,
    exchange_rate_acts,
    import_acts,
    invoice_acts,
    clock_acts,
    marketplace,
    merchant_acts,
    payment_acts,
    payment_method_acts,
    plans_acts,
    portal_acts,
    recharge_acts,
    late_fee_acts,
    reminder_acts,
    staff_acts,
    statement_acts,
    subscription_acts,
    tenant_acts,
    top_up_acts,
    usage_acts,
    wallet_acts,
    webhook_acts,
)
PAGES: list[Blueprint] = [
    *staff.PAGES,
    *tenants.PAGES,
    *plans.PAGES,
    *webhooks.PAGES,
    *funds.PAGES,
    *recharge.PAGES,
    *subscriptions.PAGES,
    *usage.PAGES,
    *marketplace.PAGES,
    *billing_desk.PAGES,
    *reports.PAGES,
    closing.pages,
    *customers.PAGES,
    *invoices.PAGES,
    *payment_routes.PAGES,
    *statements.PAGES,
    *reminders.PAGES,
    *late_fees.PAGES,
    *imports.PAGES,
    *portal.PAGES,
    *exchange_rates.PAGES,
    *test_clock.PAGES,
    audit_log.pages,
    dashboard.pages,
    docs,
    mail_room,
    notices.pages,
    billing_information.pages,
    panel.pages,
    payment_methods.pages,
    payments_processing.pages,
    seller_payments.pages,
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
    *reports.RESOURCES,
    closing.resources,
    *customers.RESOURCES,
    *invoices.RESOURCES,
    *payment_routes.RESOURCES,
    *statements.RESOURCES,
    *late_fees.RESOURCES,
    *portal.RESOURCES,
    *test_clock.RESOURCES,
    *usage.RESOURCES,
    *marketplace.RESOURCES,
    audit_log.resources,
    *exchange_rates.RESOURCES,
    billing_account_api.resources,
    merchant_account_api.resources,
    payment_methods_api.resources,
]
