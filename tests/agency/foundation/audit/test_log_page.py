import csv
import io
from datetime import UTC, datetime

import pytest

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.browsing import visit
from tests.factories import staff, tenants
from tests.factories.staff import bearer

BEA = Actor(kind="person", name="Bea Soto", address="203.0.113.7")


@pytest.fixture
def agency(app):
    return tenants.agency(time_zone="America/Chicago")


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


@pytest.fixture
def log(agency):
    return f"/a/{agency.slug}/audit-log"


def happened(agency, *, at=datetime(2026, 3, 5, 12, tzinfo=UTC), by=BEA, **change):
    with scope.of_agency(agency.id), transaction():
        record("agency.changed", agency, by=by, now=at, **change)


class TestThePage:
    def test_shows_what_stood_before_and_after(self, ana, agency, log):
        happened(agency, before={"locale": "en"}, after={"locale": "es"})

        page = visit(ana, log).text

        assert "Settings changed" in page
        assert "Bea Soto" in page
        assert page.index("<dd>en") < page.index("</span> es")

    def test_escapes_what_somebody_typed(self, ana, agency, log):
        happened(agency, after={"name": "<script>alert(1)</script>"})

        assert "<script>alert" not in visit(ana, log).text

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("action=agency.changed", True),
            ("action=agency.opened", False),
            ("actor=soto", True),
            ("actor=nobody", False),
            ("from=2026-03-05", True),
            ("from=2026-03-06", False),
            ("to=2026-03-05", True),
            ("to=2026-03-04", False),
        ],
    )
    def test_is_narrowed_by_its_address(self, ana, agency, log, query, shown):
        happened(agency)

        assert ("Bea Soto" in visit(ana, f"{log}?{query}").text) == shown

    def test_counts_days_as_the_agency_does(self, ana, agency, log):
        happened(agency, at=datetime(2026, 3, 6, 3, tzinfo=UTC))

        assert "Bea Soto" in visit(ana, f"{log}?from=2026-03-05&to=2026-03-05").text

    @pytest.mark.parametrize("query", ["from=yesterday", "to=9999-12-31", "from=0001-01-01", "who=x", "cursor=x"])
    def test_refuses_a_filter_that_is_none(self, ana, log, query):
        assert visit(ana, f"{log}?{query}").status_code == 422

    def test_shows_nothing_of_another_agency(self, ana, log):
        happened(tenants.agency(name="Olive"))

        assert "Bea Soto" not in visit(ana, log).text


class TestTheExport:
    def test_holds_the_filtered_entries_with_harmless_cells(self, ana, agency, log):
        happened(agency, after={"name": "x"}, by=Actor(kind="person", name="=cmd()"))

        text = ana.get(f"{log}.csv?action=agency.changed").text.removeprefix("\ufeff")

        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["Who"], row["After"], row["Act"]) == ("'=cmd()", "Name: x", "Settings changed")


class TestTheApi:
    def test_lists_the_newest_first(self, client, agency):
        happened(agency, after={"name": "Lumen"})

        rows = client.get("/api/v1/audit-log", headers=bearer(staff.api_key(agency))).json["data"]

        assert [row["action"] for row in rows] == ["agency.changed", "agency.opened"]
        assert (rows[0]["after"], rows[0]["subject_id"]) == ({"name": "Lumen"}, agency.public_id)

    @pytest.mark.parametrize(("query", "found"), [("since=2026-03-05T12:00:00Z", 1), ("until=2026-03-05T12:00:00Z", 1)])
    def test_takes_moments(self, client, agency, query, found):
        happened(agency)
        happened(agency, at=datetime(2026, 3, 1, tzinfo=UTC))
        key = bearer(staff.api_key(agency))

        rows = client.get(f"/api/v1/audit-log?action=agency.changed&{query}", headers=key).json["data"]

        assert len(rows) == found

    def test_needs_its_scope(self, client, agency):
        key = bearer(staff.api_key(agency, scopes=frozenset({"agency.read"})))

        assert client.get("/api/v1/audit-log", headers=key).status_code == 403
