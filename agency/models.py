"""Every table, so that migrations and the mapper know them all."""
# ruff: noqa: F401  # Imported for what they define.

import agency.foundation.audit.models
import agency.foundation.due.models
import agency.foundation.idempotency.models
import agency.foundation.jobs.models
import agency.foundation.mail.models
import agency.foundation.tenant_roots.models
import agency.plans.models.coupons
import agency.plans.models.meters
import agency.plans.models.prices
import agency.plans.models.products
import agency.plans.models.taxes
import agency.staff.models
import agency.tenants.models
import agency.webhooks.models
import subaccounts.billing_run.models
import subaccounts.subscriptions.models.course
import subaccounts.subscriptions.models.subscriptions
import subaccounts.usage.models.events
import subaccounts.usage.models.rating
import subaccounts.usage.models.statistics
import wallet.billing_accounts.models
import wallet.charges.models
import wallet.credits.models.holds
import wallet.credits.models.limits
import wallet.credits.models.lots
import wallet.credits.models.monthly
import wallet.credits.models.transactions
import wallet.ledger.models
import wallet.merchant_accounts.models
import wallet.payment_methods.models
import wallet.recharge.models
import wallet.stripe_webhooks.models
import wallet.top_ups.models
