"""The audit log: a page of the console with its export, and a list of the API."""

from typing import Any

from flask import Response, render_template
from flask.views import MethodView
from flask_babel import gettext as _

from agency.foundation.access.blueprints import api, console
from agency.foundation.access.marks import permits
from agency.foundation.audit import acts, queries
from agency.foundation.audit.models import AuditEntry
from agency.foundation.audit.queries import Wanted
from agency.foundation.audit.schemas import AuditEntries, LogFilters, LogQuery, wanted_on
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from agency.foundation.paging import Page

pages = console("audit_log", __name__)
resources = api("audit-log", __name__, description="Who did what.")


@pages.get("/audit-log")
@permits("audit.read")
def show() -> str:
    filters = load_filters(LogFilters())
    page = queries.newest(wanted_on(filters), cursor=filters.get("cursor"))
    return render_template("agency/audit_log/page.html", page=page, filters=filters, actions=queries.actions())


@pages.get("/audit-log.csv")
@permits("audit.read")
def export() -> Response:
    entries = queries.every(wanted_on(load_filters(LogFilters())))
    head = [
        _("When (UTC)"),
        _("Who"),
        _("Act"),
        _("What"),
        _("Id"),
        _("Before"),
        _("After"),
        _("Address"),
        _("Request"),
    ]
    return csv_answer("audit-log", head, map(_line, entries))


def _line(entry: AuditEntry) -> list[object]:
    return [
        entry.occurred_at.isoformat(),
        entry.actor_name,
        acts.act_name(entry.action),
        entry.subject_name,
        entry.public_subject_id,
        _facts(entry.before),
        _facts(entry.after),
        entry.address,
        entry.request_id,
    ]


def _facts(fields: dict[str, Any]) -> str:
    return "; ".join(f"{acts.field_name(name)}: {value}" for name, value in fields.items())


@resources.route("/audit-log")
class AuditLog(MethodView):
    @resources.arguments(LogQuery, location="query")
    @resources.response(200, AuditEntries)
    @permits("audit.read")
    def get(self, query: dict[str, Any]) -> Page[AuditEntry]:
        """The newest entries first."""
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        return queries.newest(Wanted(**query), cursor=cursor, limit=limit)
