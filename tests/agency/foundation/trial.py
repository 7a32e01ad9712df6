"""A room of each audience, to try the frame with: it says who came, refuses, fails and does something once."""

from flask import g, jsonify, redirect
from flask.views import MethodView
from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import select

from agency.foundation.access import blueprints
from agency.foundation.access.marks import permits, public, signed_in
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.idempotency.steps import idempotent_in_steps, request_name
from agency.foundation.limits import limiter
from agency.foundation.schemas import FormSchema, MoneyField, StrictSchema, Text
from agency.tenants.models import Agency, SubAccount
from tests.factories.tenants import NOON

console = blueprints.console("trial_console", __name__)
panel = blueprints.panel("trial_panel", __name__)
account = blueprints.account("trial_account", __name__)
outside = blueprints.outside("trial_outside", __name__)
api = blueprints.api("trial_api", __name__, description="Trials.")


class TooEarly(DomainError):
    status = 409
    field = "name"
    message = "Too early for %(name)s."


class Wish(FormSchema):
    name = Text(required=True, longest=20)
    colours = fields.List(fields.String(), load_default=list)
    chosen = fields.List(fields.String(), data_key="choice")


class Order(StrictSchema):
    note = Text(longest=20)
    amount = MoneyField()
    anything = fields.Raw()


def came() -> dict[str, object]:
    visitor = current_visitor()
    return {"name": visitor.name, "agency": g.agency.name, "place": str(g.place) if g.place else None}


@console.get("/trial")
@permits("sub_accounts.read")
def look():
    return came()


@console.post("/trial")
@permits("sub_accounts.manage")
def change():
    return came()


@console.get("/trial/managers")
@permits("sub_accounts.manage")
def for_managers():
    return came()


@console.get("/unmarked")
def unmarked():
    return "nobody may see this"


@panel.route("/trial", methods=["GET", "POST"])
@permits("panel.read")
def look_at_panel():
    return came()


@panel.get("/trial/others")
@permits("panel.read")
def everybody_seen():
    return jsonify([found.name for found in session.scalars(select(SubAccount))])


@account.get("/trial")
@signed_in
def mine():
    return came()


@account.route("/trial/form", methods=["GET", "POST"])
@signed_in
def fill_in():
    form = Form(Wish(), initial={"name": "Ana"})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            record("trial.wished", session.get_one(Agency, g.agency.id), by=current_actor(), now=NOON, after=wish)
            if wish["name"] == "early":
                raise TooEarly(name=wish["name"])
            return redirect("/trial")
    return form.page("trial/form.html")


@outside.get("/trial/greeting")
@public("A greeting.")
def greet():
    return _("There is nothing at this address.")


@outside.get("/trial/failure")
@public("It fails.")
def fail():
    raise RuntimeError("the secret of the failure")


@outside.get("/trial/broken")
@public("It fails together with its database.")
def break_down():
    session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


@outside.get("/trial/narrow")
@limiter.limit("2 per minute")
@public("Anybody, twice a minute.")
def narrow():
    return "in"


@outside.get("/trial/<id(sac):sub_account_id>")
@public("It says the id.")
def name_id(sub_account_id):
    return str(sub_account_id)


@api.route("/trial")
class Trials(MethodView):
    @permits("sub_accounts.read")
    def get(self):
        return came()

    @idempotent
    @api.arguments(Order)
    @api.response(201, Order)
    @permits("sub_accounts.manage")
    def post(self, order):
        with transaction():
            record("trial.ordered", g.agency, by=current_actor(), now=NOON)
            if order.get("note") == "early":
                raise TooEarly(name="early")
        return order

    def put(self):
        return "unmarked"


@api.route("/trial/room")
class Rooms(MethodView):
    @idempotent
    @permits("sub_accounts.manage")
    def delete(self):
        record("trial.emptied", g.agency, by=current_actor(), now=NOON)
        return "", 204


@api.route("/trial/steps")
class Steps(MethodView):
    @idempotent_in_steps
    @api.arguments(Order)
    @api.response(201, Order)
    @permits("sub_accounts.manage")
    def post(self, order):
        with transaction():
            record("trial.begun", g.agency, by=current_actor(), now=NOON)
        if order.get("note") == "early":
            raise TooEarly(name="early")
        return order | {"anything": request_name()}


PAGES = [console, panel, account, outside]
RESOURCES = [api]
TEMPLATES = {"trial/form.html": "{{ form.values.name }}|{{ form.errors }}|{{ csrf_token() }}"}
