"""Whose rows may be touched now. No scope, no query."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The database role a transaction runs as; *application* is the login itself."""

    APPLICATION = "application"
    PORTAL = "portal"
    SWEEPER = "sweeper"


# What `SET LOCAL ROLE` is told. The login has no rights of the others but by this.
DATABASE_ROLES = {
    Role.APPLICATION: "NONE",
    Role.PORTAL: "cartera_portal",
    Role.SWEEPER: "cartera_sweeper",
}


class TenantMissing(RuntimeError):
    """A query ran outside every scope: a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One agency; narrowed to one sub-account, and in the portal to the customers a person was granted."""

    agency_id: UUID | None
    sub_account_id: UUID | None = None
    customer_ids: tuple[UUID, ...] = ()
    role: Role = Role.APPLICATION

    def statements(self) -> str:
        """Literal settings for the transaction; ids are UUIDs, so no quoting can go wrong.

        A prepared statement is planned once for all: to plan one that writes in sets takes longer than to run it.
        """
        customers = ",".join(str(customer_id) for customer_id in self.customer_ids)
        return (
            f"SET LOCAL app.agency_id = '{self.agency_id or ''}';"
            f"SET LOCAL app.sub_account_id = '{self.sub_account_id or ''}';"
            f"SET LOCAL app.customer_ids = '{customers}';"
            f"SET LOCAL ROLE {DATABASE_ROLES[self.role]};"
            "SET LOCAL plan_cache_mode = force_generic_plan"
        )


NOBODY = Scope(agency_id=None)
EVERYBODY = Scope(agency_id=None, role=Role.SWEEPER)
_scope: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def current() -> Scope:
    return _scope.get()


def agency_id() -> UUID:
    """The agency at hand.

    Raises:
        TenantMissing: outside every scope.
    """
    found = _scope.get().agency_id
    if found is None:
        raise TenantMissing("no agency is in scope")
    return found


def sub_account_id() -> UUID | None:
    """The sub-account that the scope is narrowed to, if it is."""
    return _scope.get().sub_account_id


def enter(scope: Scope) -> None:
    """Set the scope until somebody sets another: for a request, which ends by ``leave``."""
    _scope.set(scope)


def leave() -> None:
    _scope.set(NOBODY)


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def of_agency(agency_id: UUID, *, sub_account_id: UUID | None = None) -> Iterator[None]:
    with scoped(Scope(agency_id=agency_id, sub_account_id=sub_account_id)):
        yield


@contextmanager
def all_tenants() -> Iterator[None]:
    """Look-ups before the tenant is known, as the *sweeper*: named columns of named tables, nothing else.

    The places that say this stand in ``tests/architecture/test_all_tenants.py`` with their reasons.
    """
    with scoped(EVERYBODY):
        yield


def narrowed(sub_account_id: UUID) -> Scope:
    return replace(current(), sub_account_id=sub_account_id)
