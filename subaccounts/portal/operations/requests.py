"""*I'm a new client*: asked for by anybody, approved or declined by staff."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.tenancy import scope
from subaccounts.customers.models import Customer
from subaccounts.portal.mails import mail_declined
from subaccounts.portal.models.access import AccessRequest, Grant, RequestState
from subaccounts.portal.operations.granting import GrantWish, grant_access


class RequestDecided(DomainError):
    status = 409
    message = _l("Somebody decided about this request already.")


def ask_for_access(sub_account_id: UUID, *, name: str, email: str, note: str | None, by: Actor, now: datetime) -> None:
    """Note that somebody would like to be let in; an address that waits already waits once."""
    asked = session.scalar(
        insert(AccessRequest)
        .values(
            id=ids.new_id(),
            sub_account_id=sub_account_id,
            name=name,
            email=email,
            note=note,
            state=RequestState.WAITING,
            asked_at=now,
        )
        .on_conflict_do_nothing()
        .returning(AccessRequest.id)
    )
    if asked is None:
        return
    waiting = session.get_one(AccessRequest, (scope.agency_id(), asked))
    record("portal.access_asked", waiting, by=by, now=now, after={"email": email}, sub_account_id=sub_account_id)


def request_to_decide(request_id: UUID) -> AccessRequest:
    """Locked until it is decided.

    Raises:
        NotFound: none such.
        RequestDecided: of two at once the second.
    """
    found = session.scalar(select(AccessRequest).where(AccessRequest.id == request_id).with_for_update())
    if found is None:
        raise NotFound
    if found.state is not RequestState.WAITING:
        raise RequestDecided
    return found


def approve_request(waiting: AccessRequest, customer: Customer, *, begins_on: date, by: Actor, now: datetime) -> Grant:
    """Let the asker manage a customer.

    Raises:
        AlreadyGranted: the address can open this customer's billing.
    """
    wish = GrantWish(email=waiting.email, name=waiting.name, begins_on=begins_on)
    grant = grant_access(customer, wish, by=by, now=now)
    _decide(waiting, RequestState.APPROVED, by=by, now=now)
    waiting.customer_id = customer.id
    return grant


def decline_request(waiting: AccessRequest, *, by: Actor, now: datetime) -> None:
    """Leave the asker outside, and tell them so."""
    _decide(waiting, RequestState.DECLINED, by=by, now=now)
    mail_declined(waiting, now=now)


def _decide(waiting: AccessRequest, state: RequestState, *, by: Actor, now: datetime) -> None:
    waiting.state, waiting.decided_at, waiting.decided_by = state, now, by.name
    act = "portal.request_approved" if state is RequestState.APPROVED else "portal.request_declined"
    record(act, waiting, by=by, now=now, after={"email": waiting.email}, sub_account_id=waiting.sub_account_id)
