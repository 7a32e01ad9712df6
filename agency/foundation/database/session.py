"""The session, its two tenant locks, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, Executable, ExecutionContext, Uuid, bindparam, create_engine, event
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    scoped_session,
    sessionmaker,
    with_loader_criteria,
)

from agency.foundation.database import after_commit
from agency.foundation.database.base import TenantScoped
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, TenantMissing

# A statement would have to run this often before the driver prepares it unasked; to prepare none at all is None.
PREPARED_BY_REQUEST = 2**31
session = scoped_session(sessionmaker(autoflush=True, expire_on_commit=False))

# Built once, as to build it costs more than many a query; the agency is asked for as a statement runs.
AGENCY_AT_HAND = bindparam("agency_at_hand", callable_=scope.agency_id, type_=Uuid())
OF_THE_AGENCY = with_loader_criteria(TenantScoped, lambda row: row.agency_id == AGENCY_AT_HAND, include_aliases=True)
_narrowed: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()


class ScopeChanged(RuntimeError):
    """The scope moved while a transaction was open, which still sees the former tenant: a mistake of ours."""


class TransactionSpoilt(RuntimeError):
    """A block inside failed and its failure was swallowed; to commit would keep half of it: a mistake of ours."""


def connect(url: str, **options: Any) -> Engine:  # noqa: ANN401  # SQLAlchemy's own options.
    """Bind the session to a database.

    The driver begins nothing by itself: a transaction begins in the message that tells the database its scope.
    Only the few statements that write in sets, or say ``execution_options(prepared=True)``, are prepared: a
    transaction pooler between has to know prepared statements (PgBouncer's ``max_prepared_statements``). What
    statements carry stays out of errors, and so of logs.
    """
    engine = create_engine(
        url,
        connect_args={"prepare_threshold": PREPARED_BY_REQUEST, "autocommit": True},
        hide_parameters=True,
        **{"pool_size": 8, "max_overflow": 8} | options,
    )
    event.listen(engine, "do_execute", _prepare)
    session.remove()
    session.configure(bind=engine)
    return engine


def _prepare(cursor: psycopg.Cursor[Any], statement: str, parameters: Any, context: ExecutionContext) -> bool:  # noqa: ANN401  # As the driver takes them.
    """Whether the statement was run here, planned once for each connection; else it is run as any other."""
    if not context.execution_options.get("prepared"):
        return False
    cursor.execute(statement, parameters, prepare=True)
    return True


@event.listens_for(session, "after_begin")
def set_scope_and_role(opened: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Second lock: tell the database, on every begin, savepoints included (both settings survive a release)."""
    _tell(opened, connection)


def _tell(opened: Session, connection: Connection) -> None:
    current, driver = scope.current(), cast("psycopg.Connection", connection.connection.driver_connection)
    begin = "BEGIN;" if driver.info.transaction_status == TransactionStatus.IDLE else ""
    driver.execute(f"{begin}{current.statements()}")
    opened.info["scope"] = current


@event.listens_for(session, "after_transaction_end")
def forget_scope(ended: Session, transaction: SessionTransaction) -> None:
    """What the database was told ends with the transaction; one that has begun but sent nothing was told nothing."""
    if transaction.parent is None:
        ended.info.pop("scope", None)


@event.listens_for(session, "do_orm_execute")
def only_this_tenant(state: ORMExecuteState) -> None:
    """First lock: every ORM statement asks for this agency's rows alone."""
    current = scope.current()
    told = state.session.info.get("scope", current)
    if told != current:
        raise ScopeChanged(f"the transaction began with {told}, the scope is now {current}")
    if current.role is Role.SWEEPER or state.is_column_load or state.is_relationship_load:
        return
    if current.agency_id is None:
        raise TenantMissing("a query ran outside every scope")
    state.statement = _of_the_agency(state.statement)


def _of_the_agency(statement: Executable) -> Executable:
    """A statement that stands in a module is narrowed once, so that its way to SQL is looked up by it alone."""
    narrowed = _narrowed.get(statement)
    if narrowed is None:
        narrowed = _narrowed[statement] = statement.options(OF_THE_AGENCY)
    return narrowed


def move_scope(target: scope.Scope) -> None:
    """Enter another scope in the middle of a request; an open transaction is told at once.

    Rows read before stay loaded, so this is for the moment between admission and the work itself.
    """
    scope.enter(target)
    opened = session()
    if opened.in_transaction():
        opened.flush()
        _tell(opened, opened.connection())


def _joined() -> Iterator[None]:
    try:
        yield
    except BaseException:
        session.info["is_spoilt"] = True
        raise


def _commit() -> None:
    if session.info["is_spoilt"]:
        raise TransactionSpoilt
    session.commit()


@contextmanager
def transaction() -> Iterator[None]:
    """Opened by routes, jobs and commands; operations never commit. Inside another one it joins it.

    What waits for the commit (jobs to deliver) leaves after it, and is forgotten when it fails.
    """
    if session.info.get("in_transaction_block"):
        yield from _joined()
        return
    session.info.update(in_transaction_block=True, is_spoilt=False)
    try:
        yield
        _commit()
    except BaseException:
        session.rollback()
        after_commit.forget()
        raise
    finally:
        session.info["in_transaction_block"] = False
    after_commit.run()
