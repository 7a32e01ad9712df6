"""Exchange rates for programs."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask.views import MethodView
from marshmallow import fields, validate

from agency.exchange_rates import queries
from agency.exchange_rates.models import ExchangeRate
from agency.exchange_rates.operations import RateWish, enter_rate
from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.local_days import local_day
from agency.foundation.paging import Page
from agency.foundation.schemas import StrictSchema, Text, known

resources = api("exchange-rates", __name__, description="Rates that inform beside a legal amount.")


class RateNamed(StrictSchema):
    base = fields.String(required=True, validate=known(i18n.IN_USE), metadata={"example": "USD"})
    quote = fields.String(required=True, validate=known(i18n.IN_USE), metadata={"example": "MXN"})
    day = fields.Date(required=True, metadata={"example": "2026-03-02"})
    source = Text(required=True, longest=80, metadata={"example": "Banco de Mexico"})


class NewRate(RateNamed):
    rate = Text(
        required=True,
        longest=24,
        validate=validate.Regexp(r"[0-9]{1,12}(\.[0-9]{1,10})?$", error="Write a number such as 17.25."),
        metadata={"description": "How much of ``quote`` one unit of ``base`` is.", "example": "17.25"},
    )


class RateAnswer(RateNamed):
    rate = fields.Function(lambda row: f"{row.rate.normalize():f}", metadata={"example": "17.25"})


class RateList(StrictSchema):
    data = fields.List(fields.Nested(RateAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


@resources.route("/exchange-rates")
class Rates(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, RateList)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> Page[ExchangeRate]:
        """List rates, newest first."""
        return queries.rates(**query)

    @idempotent
    @resources.arguments(NewRate)
    @resources.response(201, RateAnswer)
    @permits("agency.manage")
    def post(self, said: dict[str, Any]) -> ExchangeRate:
        """Enter a day's rate; entered again, the later word holds."""
        now = clock.now()
        wish = RateWish(**(said | {"rate": Decimal(said["rate"])}))
        today = local_day(now, ZoneInfo(g.agency.time_zone))
        with transaction():
            return enter_rate(wish, today=today, by=current_actor(), now=now)
