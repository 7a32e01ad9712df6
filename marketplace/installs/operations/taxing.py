"""The tax on what an app takes from a wallet, as all else that the client pays is taxed."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.products import Product
from agency.plans.rules.tax import Treatment
from marketplace.catalogue.models.offers import AppOffer
from subaccounts.subscriptions.holdings import TaxBook, accounts
from subaccounts.usage.rules.pricing import tax_between


def tax_on(amount: Money, offer: AppOffer, sub_account_id: UUID, *, now: datetime) -> Money:
    """On top of the amount, exact in micros; zero for a client who is exempt, or has no billing account yet."""
    none = Money.zero(amount.currency)
    account = accounts([sub_account_id]).get(sub_account_id)
    if account is None:
        return none
    product = session.get_one(Product, (scope.agency_id(), offer.product_id))
    taxes = TaxBook().taxes(product.tax_category, account, now)
    if any(tax.treatment is not Treatment.TAXED for tax in taxes):
        return none
    return tax_between(none, amount, (tax.percent for tax in taxes))
