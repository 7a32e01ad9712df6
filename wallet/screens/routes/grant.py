"""The agency gives complimentary credit."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from agency.foundation.local_days import instant
from wallet.credits.operations.grants import Grant, grant_once
from wallet.credits.operations.monthly import begin_monthly, end_monthly
from wallet.credits.queries import monthly_grants
from wallet.credits.rules.monthly import Unused
from wallet.screens.places import TAB, Place, in_console, place_at
from wallet.screens.routes.refusing import refuse_closed
from wallet.screens.schemas import Given, How


@in_console.route(f"{TAB}/grant", methods=["GET", "POST"])
@permits("wallets.manage")
def grant(sub_account_id: UUID) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    initial = {"request": ids.new_id(), "how": How.ONCE, "unused": Unused.EXPIRES}
    form = Form(Given(at.sub_account.currency), initial=initial)
    given = form.load()
    if given is not None:
        with form.catching(), transaction():
            refuse_closed(at)
            give = _give_monthly if given["how"] == How.MONTHLY else _give_once
            flash(give(at, given, now), "success")
            return redirect(at.url("show"))
    return form.page("wallet/screens/grant.html", at=at, monthly=monthly_grants(at.sub_account.id))


@in_console.post(f"{TAB}/monthly-credit/<id(mgr):monthly_id>/end")
@permits("wallets.manage")
def end_monthly_credit(sub_account_id: UUID, monthly_id: UUID) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    with transaction():
        end_monthly(monthly_id, sub_account_id=sub_account_id, by=current_actor(), now=clock.now())
    flash(_("No more monthly credit is given. What was given stays."), "success")
    return redirect(at.url("grant"))


def _give_once(at: Place, given: dict[str, Any], now: datetime) -> str:
    wish = Grant(
        id=given["request"],
        sub_account_id=at.sub_account.id,
        amount=given["amount"],
        source_type="grant",
        source_id=given["request"],
        description=given["reason"],
        expires_at=_expiry(at, given.get("expires_on"), now),
    )
    grant_once(wish, by=current_actor(), now=now)
    return str(_("%(amount)s of complimentary credit was given.", amount=money(wish.amount)))


def _give_monthly(at: Place, given: dict[str, Any], now: datetime) -> str:
    amount, unused = given["amount"], Unused(given["unused"])
    begin_monthly(
        at.sub_account, amount, unused, given["reason"], request_id=given["request"], by=current_actor(), now=now
    )
    return str(_("%(amount)s of complimentary credit is given every month from now on.", amount=money(amount)))


def _expiry(at: Place, last_day: date | None, now: datetime) -> datetime | None:
    """The end of the last local day on which it can be spent."""
    if last_day is None:
        return None
    end = instant(last_day + timedelta(days=1), ZoneInfo(at.sub_account.time_zone))
    if end <= now:
        raise InvalidInput({"expires_on": [_("The credit would expire in the past.")]})
    return end
