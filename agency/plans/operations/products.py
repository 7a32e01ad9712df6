from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import plain, record, record_change
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.plans import queries
from agency.plans.models.products import Product
from agency.plans.models.taxes import STANDARD
from agency.plans.rules.components import ProductKind

REFERENCE_INDEX = "uq_products_reference"


class ProductReferenceTaken(DomainError):
    status = 422
    field = "reference"
    message = _l("Another product has this reference.")


class ProviderUnknown(DomainError):
    status = 422
    field = "provider_id"
    message = _l("There is no such service provider.")


class TaxCategoryUnknown(DomainError):
    status = 422
    field = "tax_category"
    message = _l("No tax has this category yet. Add the tax first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWish:
    kind: ProductKind
    name: str
    description: str = ""
    reference: str | None = None
    tax_category: str = STANDARD
    provider_id: UUID | None = None


def add_product(wish: ProductWish, *, by: Actor, now: datetime) -> Product:
    """Add something to sell; it is sold once it has a price.

    Raises:
        ProductReferenceTaken: the agency's own reference names another product.
        TaxCategoryUnknown: no tax of the agency is of the category.
        ProviderUnknown: nobody of that id gives services for the agency itself.
    """
    _refuse_unknown_category(wish.tax_category)
    _refuse_unknown_provider(wish.provider_id)
    product = Product(**asdict(wish), created_at=now)
    with unique(ProductReferenceTaken, REFERENCE_INDEX):
        session.add(product)
    record("product.added", product, by=by, now=now, after=plain(asdict(wish)))
    return product


def change_product(product: Product, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the given fields of what is said about a product; its kind is fixed.

    Raises:
        ProductReferenceTaken, TaxCategoryUnknown, ProviderUnknown: as in ``add_product``.
    """
    _refuse_unknown_category(changes.get("tax_category", STANDARD))
    _refuse_unknown_provider(changes.get("provider_id"))
    with unique(ProductReferenceTaken, REFERENCE_INDEX):
        record_change("product.changed", product, changes, by=by, now=now)


def _refuse_unknown_category(category: str) -> None:
    if category not in queries.tax_categories():
        raise TaxCategoryUnknown


def _refuse_unknown_provider(provider_id: UUID | None) -> None:
    found = queries.providers_by_id([provider_id] if provider_id else [])
    if provider_id and (provider_id not in found or found[provider_id].sub_account_id is not None):
        raise ProviderUnknown
