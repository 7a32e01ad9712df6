"""Pause, resume, cancel, and take back what is only planned."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from subaccounts.subscriptions import queries
from subaccounts.subscriptions.operations.canceling import cancel, withdraw_cancellation
from subaccounts.subscriptions.operations.changing import withdraw_change
from subaccounts.subscriptions.operations.pausing import pause, resume
from subaccounts.subscriptions.routes.places import ONE, OWN, TAB, Place, in_console, in_panel, place_at
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.schemas.forms import CancellationForm, PauseForm


@in_panel.post(f"{OWN}{ONE}/pause")
@in_console.post(f"{TAB}{ONE}/pause")
@permits("subscriptions.manage")
def begin_pause(subscription_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    said = Form(PauseForm()).load()
    if said is not None:
        with _telling(_("The subscription is paused. Nothing is billed until it is resumed.")), transaction():
            pause(at.subscription(subscription_id), reason=said["reason"], by=current_actor(), now=clock.now())
    return _back(at, subscription_id)


@in_panel.post(f"{OWN}{ONE}/resumption")
@in_console.post(f"{TAB}{ONE}/resumption")
@permits("subscriptions.manage")
def end_pause(subscription_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    with _telling(_("The subscription goes on.")), transaction():
        resume(at.subscription(subscription_id), by=current_actor(), now=clock.now())
    return _back(at, subscription_id)


@in_panel.post(f"{OWN}{ONE}/cancellation")
@in_console.post(f"{TAB}{ONE}/cancellation")
@permits("subscriptions.manage")
def begin_cancellation(subscription_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    said = Form(CancellationForm()).load()
    if said is not None:
        when = TakesEffect(said["takes_effect"])
        with _telling(_("The cancellation is noted.")), transaction():
            row = at.subscription(subscription_id)
            cancel(row, when, reason=said["reason"], by=current_actor(), now=clock.now())
    return _back(at, subscription_id)


@in_panel.post(f"{OWN}{ONE}/cancellation/withdrawal")
@in_console.post(f"{TAB}{ONE}/cancellation/withdrawal")
@permits("subscriptions.manage")
def end_cancellation(subscription_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    with _telling(_("The subscription goes on.")), transaction():
        withdraw_cancellation(at.subscription(subscription_id), by=current_actor(), now=clock.now())
    return _back(at, subscription_id)


@in_panel.post(f"{OWN}{ONE}/changes/<id(chn):change_id>/withdrawal")
@in_console.post(f"{TAB}{ONE}/changes/<id(chn):change_id>/withdrawal")
@permits("subscriptions.manage")
def end_change(subscription_id: UUID, change_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    row = at.subscription(subscription_id)
    planned = queries.change(change_id, subscription_id=row.id)
    with _telling(_("The change is withdrawn.")), transaction():
        withdraw_change(row, planned, by=current_actor(), now=clock.now())
    return _back(at, subscription_id)


class _telling:  # noqa: N801  # Reads as a word of the sentence it stands in.
    """What was done is said on the next page; so is why nothing was."""

    def __init__(self, done: str) -> None:
        self.done = done

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        if error is None:
            flash(self.done, "success")
        elif isinstance(error, DomainError):
            session.rollback()
            flash(str(error), "critical")
        return isinstance(error, DomainError)


def _back(at: Place, subscription_id: UUID) -> ResponseReturnValue:
    return redirect(at.url("show", subscription_id=subscription_id))
