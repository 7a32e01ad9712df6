"""What a rule would have done to the last 90 days; nothing is stored."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.forms import Form
from agency.foundation.local_days import local_day
from agency.foundation.money import Money
from agency.foundation.problems import flatten
from wallet.recharge.operations.saving import RuleWish
from wallet.recharge.operations.simulating import DAYS, simulate_rule
from wallet.recharge.rules.simulation import Simulation
from wallet.screens.columns import day_and_month
from wallet.screens.course import course
from wallet.screens.figures import figures_of
from wallet.screens.places import TAB, Place, in_console, in_panel, place_at
from wallet.screens.queries import moves_by_day
from wallet.screens.routes.rule import initial, wish_of
from wallet.screens.schemas import RuleForm
from wallet.top_ups.operations.terms import terms_of


@in_panel.get("/wallet/recharge/simulation")
@in_console.get(f"{TAB}/recharge/simulation")
@permits("wallets.read")
def simulation(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    figures = figures_of(at, now=now)
    form = Form(RuleForm(at.sub_account.currency), initial=request.args or initial(figures, terms_of(at.wallet)))
    wish, played = _asked(form, at), None
    if wish is not None:
        with form.catching():
            played = simulate_rule(wish.sub_account, wish.terms, now=now)
    return form.page(
        "wallet/screens/simulation.html",
        at=at,
        bounds=terms_of(at.wallet),
        played=played,
        points=_points(at, played, now) if played else [],
    )


def _asked(form: Form, at: Place) -> RuleWish | None:
    typed_in = {name: text for name, text in form.values.items() if str(text).strip()}
    try:
        return wish_of(at, form.schema.load(typed_in))
    except ValidationError as error:
        form.errors = flatten(error.messages)
        return None


def _points(at: Place, played: Simulation, now: datetime) -> list[tuple[str, list[Money]]]:
    """The balance at the end of each local day."""
    zone = ZoneInfo(at.sub_account.time_zone)
    today = local_day(now, zone)
    days = [today - timedelta(days=back) for back in range(DAYS.days - 1, -1, -1)]
    moves = moves_by_day(at.sub_account, first_day=days[0])
    return [(day_and_month(day), [balance]) for day, balance in course(played, moves, days, zone)]
