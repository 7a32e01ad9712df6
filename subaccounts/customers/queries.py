from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from subaccounts.customers.models import Customer


def customer(customer_id: UUID, *, sub_account_id: UUID | None = None) -> Customer:
    """One of the scope's, or of the named sub-account.

    Raises:
        NotFound: none such.
    """
    found = session.get(Customer, (scope.agency_id(), customer_id))
    if found is None or found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def customers(
    *,
    sub_account_id: UUID | None = None,
    search: str = "",
    reference: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Customer]:
    """Newest first; ``search`` looks into name, e-mail and reference."""
    query = _found(search)
    if sub_account_id is not None:
        query = query.where(Customer.sub_account_id == sub_account_id)
    if reference is not None:
        query = query.where(Customer.reference == reference)
    return paged(query, Customer.id, cursor=cursor, limit=limit)


def customers_by_id(customer_ids: Iterable[UUID]) -> Mapping[UUID, Customer]:
    """In one query."""
    rows = session.scalars(select(Customer).where(Customer.id.in_(set(customer_ids))))
    return {row.id: row for row in rows}


def names(customer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id, in one query."""
    return {customer_id: row.name for customer_id, row in customers_by_id(customer_ids).items()}


def choices(sub_account_id: UUID, *, search: str = "", limit: int = 500) -> list[Customer]:
    """The customers to choose from in a form, by name."""
    query = _found(search).where(Customer.sub_account_id == sub_account_id).order_by(Customer.name).limit(limit)
    return list(session.scalars(query))


def _found(search: str) -> Select[Customer]:
    query = select(Customer)
    looked_in = (Customer.name, Customer.email, Customer.reference)
    found = or_(*(column.icontains(search, autoescape=True) for column in looked_in))
    return query.where(found) if search else query
