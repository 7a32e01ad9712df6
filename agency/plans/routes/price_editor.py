"""The editor of a price: its form, shaped by what is priced and how, and what the typed terms would ask."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from agency.foundation import clock
from agency.foundation.forms import Form, load_filters
from agency.foundation.local_days import instant, local_day
from agency.plans.models.columns import terms_as_json
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.plans.operations.prices import PriceWish
from agency.plans.rehearsals import MONTHS, Rehearser, past_months, rehearser_of
from agency.plans.rules.appraisal import Appraisal, appraise
from agency.plans.rules.components import COMPONENTS, MODELS, Component, Interval
from agency.plans.rules.curve import curve
from agency.plans.rules.faults import PriceRefused
from agency.plans.rules.resale import sell, written
from agency.plans.rules.terms import Model
from agency.plans.schemas.fields import plain
from agency.plans.schemas.forms import PriceForm, ShapeQuery, nested
from agency.plans.schemas.terms import read_terms
from agency.plans.wishes import price_wish

TIERS_SHOWN = 3
ANSWERED = ("save", "rehearse")
EXAMPLE = {Component.USAGE: Decimal(1000), Component.SEAT: Decimal(5)}


class Editor:
    """A new price of a product, or the next version of a former one."""

    def __init__(self, product: Product, former: Price | None = None) -> None:
        self.product = product
        self.former = former
        shape = load_filters(ShapeQuery())
        self.component = self._component(shape)
        self.model = self._model(shape)
        self.currency = former.currency if former else g.agency.currency
        self.form = Form(PriceForm(), initial=self._initial())

    def _component(self, shape: dict[str, str]) -> Component:
        offered = COMPONENTS[self.product.kind]
        asked = self.former.component if self.former else Component(shape.get("component", offered[0]))
        return asked if asked in offered else offered[0]

    def _model(self, shape: dict[str, str]) -> Model:
        offered = MODELS[self.component]
        before = self.former.terms.model if self.former else offered[0]
        asked = Model(shape.get("model", before))
        return asked if asked in offered else offered[0]

    def _initial(self) -> dict[str, str]:
        plain_start = {"interval": Interval.MONTH.value, "interval_count": "1"}
        start = plain_start | {"quantity": plain(EXAMPLE.get(self.component, Decimal(1)))}
        if self.former is None or self.former.terms.model is not self.model:
            return start
        cost = self.former.cost
        terms, wholesale_cost = written(
            self.former.terms, cost.terms if cost else None, cost.markup.normalize() if cost and cost.markup else None
        )
        said = flattened(terms_as_json(terms))
        return start | said | ({"wholesale_cost": plain(wholesale_cost)} if wholesale_cost is not None else {})

    def load(self) -> dict[str, Any] | None:
        """What to save; None while only an example or another row is asked for, or a field is wrong."""
        loaded = self.form.load()
        return loaded if request.form.get("act") == "save" else None

    @property
    def rehearser(self) -> Rehearser | None:
        return rehearser_of(self.former) if self.former else None

    def rehearse(self, *, now: datetime) -> object | None:
        """What the typed terms would have cost, where that is asked for; a fault of theirs is said at its field."""
        if self.former is None or self.rehearser is None or request.form.get("act") != "rehearse":
            return None
        loaded = self.form.load()
        if loaded is not None:
            with self.form.catching():
                wish = self.wish(loaded)
                terms = sell(wish.terms, wholesale_cost=wish.wholesale_cost).retail
                past = past_months(loaded["months"], now=now)
                return self.rehearser.rehearse(self.former, terms, loaded["sub_account_id"], past)
        return None

    def wish(self, loaded: dict[str, Any]) -> PriceWish:
        """The price that was typed."""
        line = loaded | {"component": self.component, "effective_from": self._begins(loaded["begins_on"])}
        if self.former is not None:
            terms, wholesale_cost = read_terms(line, currency=self.currency)
            begins = line["effective_from"]
            return PriceWish(
                component=self.component, terms=terms, wholesale_cost=wholesale_cost, effective_from=begins
            )
        return price_wish(line, currency=self.currency)

    def _begins(self, day: Any) -> datetime | None:  # noqa: ANN401  # A date or nothing.
        """The first moment of a day of the agency's calendar; today is now."""
        zone = ZoneInfo(g.agency.time_zone)
        return None if day is None or day == local_day(clock.now(), zone) else instant(day, zone)

    def page(self, **context: object) -> ResponseReturnValue:
        """The form with its example; a request for the example alone is no refusal."""
        appraisal, points = self._example()
        template, saved = "agency/plans/price_form.html", request.form.get("act") in ANSWERED
        shown: dict[str, object] = {
            "editor": self,
            "product": self.product,
            "appraisal": appraisal,
            "rehearser": self.rehearser,
            "months_back": MONTHS,
            "points": points,
            "tomorrow": local_day(clock.now(), ZoneInfo(g.agency.time_zone)) + timedelta(days=1),
        }
        if saved:
            return self.form.page(template, **shown, **context)
        return render_template(template, form=self.form, **shown, **context)

    def _example(self) -> tuple[Appraisal | None, list[tuple[Decimal, Any]]]:
        values = {name: text for name, text in self.form.values.items() if text.strip()}
        try:
            loaded = PriceForm().load(values | {"model": self.model.value})
            terms, wholesale_cost = read_terms(loaded, currency=self.currency)
            found = appraise(terms, loaded["quantity"], wholesale_cost=wholesale_cost)
            return found, curve(sell(terms, wholesale_cost=wholesale_cost).retail, quantity=loaded["quantity"])
        except (ValidationError, PriceRefused):
            return None, []

    @property
    def rows(self) -> range:
        """The tiers' rows: what was typed, at least three, and one more where that is asked for."""
        typed = nested({name: text for name, text in self.form.values.items() if text.strip()})
        count = max(len(typed.get("tiers", [])), TIERS_SHOWN)
        return range(count + (request.form.get("act") == "add_tier"))

    @property
    def models(self) -> tuple[Model, ...]:
        return MODELS[self.component]

    @property
    def components(self) -> tuple[Component, ...]:
        return (self.component,) if self.former else COMPONENTS[self.product.kind]


def flattened(stored: dict[str, Any]) -> dict[str, str]:
    """Stored terms as the fields of the form."""
    found: dict[str, str] = {}
    for name, value in stored.items():
        if isinstance(value, list):
            rows = ((number, row) for number, row in enumerate(value))
            found |= {f"{name}.{number}.{key}": text for number, row in rows for key, text in row.items() if text}
        else:
            found[name] = str(value)
    return found
