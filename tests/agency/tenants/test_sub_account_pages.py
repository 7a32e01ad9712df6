import csv
import io
import re

import pytest

from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import staff, tenants

NOWHERE = "sac_01hzy3v7k2e8mb4x9q0n5t6w1r"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


@pytest.fixture
def base(agency):
    return f"/a/{agency.slug}/sub-accounts"


def state_of(owner, sub_account):
    return owner.execute("SELECT state FROM sub_accounts WHERE id = %s", (sub_account.id,)).fetchone()[0]


class TestTheList:
    def test_shows_the_agencys_own_alone(self, ana, agency, base):
        tenants.sub_account(agency, name="Dental Norte")
        tenants.sub_account(tenants.agency(name="Olive"), name="Panadería Sol")

        page = visit(ana, base).text

        assert "Dental Norte" in page
        assert "Panadería Sol" not in page

    def test_says_what_to_do_when_there_is_none(self, ana, base):
        assert "No sub-accounts yet" in visit(ana, base).text

    @pytest.mark.parametrize(
        ("query", "shown"), [("?search=norte", True), ("?search=sur", False), ("?state=paused", False)]
    )
    def test_is_narrowed_by_its_address(self, ana, agency, base, query, shown):
        tenants.sub_account(agency, name="Dental Norte")

        assert ("Dental Norte" in visit(ana, base + query).text) == shown

    def test_is_turned_page_by_page_and_back(self, ana, agency, base):
        for number in range(30):
            tenants.sub_account(agency, name=f"Clinic {number:02}")
        first = visit(ana, base).text

        second = visit(ana, link(first, "next")).text
        again = visit(ana, link(second, "prev")).text

        assert names(first) == [f"Clinic {number:02}" for number in range(29, 4, -1)]
        assert names(second) == [f"Clinic {number:02}" for number in range(4, -1, -1)]
        assert names(again) == names(first)

    @pytest.mark.parametrize("query", ["?state=sleeping", "?cursor=nonsense", "?colour=red"])
    def test_refuses_a_filter_that_is_none(self, ana, base, query):
        assert visit(ana, base + query).status_code == 422


class TestTheExport:
    def test_holds_what_the_filters_left(self, ana, agency, base):
        tenants.sub_account(agency, name="Dental Norte", reference="crm-1")
        tenants.sub_account(agency, name="Café Aurora")

        rows = cells(ana.get(f"{base}.csv?search=norte"))

        assert [row["Name"] for row in rows] == ["Dental Norte"]
        assert rows[0]["Reference"] == "crm-1"

    def test_makes_a_formula_harmless(self, ana, agency, base):
        tenants.sub_account(agency, name='=HYPERLINK("http://evil.example")')

        assert cells(ana.get(f"{base}.csv"))[0]["Name"].startswith("'=")

    def test_is_a_file_to_download(self, ana, base):
        answer = ana.get(f"{base}.csv")

        assert answer.mimetype == "text/csv"
        assert "attachment" in answer.headers["Content-Disposition"]


class TestOpening:
    @pytest.fixture
    def taken(self, agency, owner):
        """How many there are; one has the reference *taken*."""
        tenants.sub_account(agency, reference="taken")
        return lambda: owner.execute("SELECT count(*) FROM sub_accounts").fetchone()[0]

    def test_starts_from_the_agencys_settings(self, app, owner):
        agency = tenants.agency(country="MX", currency="MXN", time_zone="America/Mexico_City", locale="es")
        ana = staff.signed_in(app, staff.person(agency))

        page = visit(ana, f"/a/{agency.slug}/sub-accounts/new").text

        for value in ("MX", "MXN", "America/Mexico_City", "es"):
            assert f'<option value="{value}" selected>' in page

    def test_leads_to_the_new_one(self, ana, base, owner):
        answer = submit(ana, f"{base}/new", name="Dental Norte", country="MX", currency="MXN", reference="crm-1")

        assert answer.status_code == 302
        assert "Dental Norte" in visit(ana, answer.location).text
        assert owner.execute("SELECT name, country, reference FROM sub_accounts").fetchall() == [
            ("Dental Norte", "MX", "crm-1")
        ]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": " "}, "This field is needed."),
            ({"name": "x" * 121}, "Use at most 120 characters."),
            ({"email": "nobody"}, "Write an address like name@example.com."),
            ({"currency": "XXX"}, "Choose one from the list."),
            ({"country": "ZZ"}, "Choose one from the list."),
            ({"time_zone": "Mars/Olympus"}, "Choose one from the list."),
            ({"locale": "fr"}, "Choose a language from the list."),
            ({"reference": "taken"}, "Another sub-account has this reference."),
        ],
    )
    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(self, ana, base, taken, wrong, said):
        typed = {"name": "Dental Norte", "email": "a@norte.example"} | wrong

        answer = submit(ana, f"{base}/new", **typed)

        assert answer.status_code == 422
        assert said in answer.text
        assert typed["email"] in answer.text
        assert taken() == 1

    def test_refuses_a_form_without_its_token(self, ana, base, owner):
        answer = ana.post(f"{base}/new", data={"name": "Dental Norte"})

        assert answer.status_code == 400
        assert owner.execute("SELECT count(*) FROM sub_accounts").fetchone() == (0,)

    def test_is_not_for_those_who_only_read(self, app, agency, base):
        reader = staff.signed_in(app, staff.person(agency, role=Role.READ_ONLY))

        assert visit(reader, f"{base}/new").status_code == 403
        assert "Open a sub-account" not in visit(reader, base).text


class TestOneSubAccount:
    @pytest.fixture
    def sub_account(self, agency):
        return tenants.sub_account(agency, email="hola@norte.example")

    def test_is_paused_with_a_reason_and_resumed(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}"

        paused = submit(ana, f"{page}/pause", page=page, reason="Unpaid since March")
        after = visit(ana, paused.location).text
        resumed = submit(ana, f"{page}/pause/end", page=page)

        assert "Unpaid since March" in after
        assert resumed.status_code == 302
        assert state_of(owner, sub_account) == "active"

    def test_is_closed_and_reopened(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}"

        submit(ana, f"{page}/closure", reason="Moved away", returned="0.00", successor_id="")
        closed = state_of(owner, sub_account)
        submit(ana, f"{page}/closure/end", page=page)

        assert closed == "closed"
        assert state_of(owner, sub_account) == "active"

    def test_asks_again_in_the_dialog_when_no_reason_is_given(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}"

        answer = submit(ana, f"{page}/pause", page=page, reason=" ")

        assert answer.status_code == 422
        assert re.search(r'<dialog class="dialog" id="pause-sub-account"[^>]* open', answer.text)
        assert "This field is needed." in answer.text
        assert state_of(owner, sub_account) == "active"

    def test_says_so_when_it_was_paused_already(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}"
        submit(ana, f"{page}/pause", page=page, reason="Unpaid")

        answer = submit(ana, f"{page}/pause", page=page, reason="Unpaid again")

        assert answer.status_code == 422
        assert "That is already so; nothing was changed." in answer.text
        assert owner.execute("SELECT reason FROM sub_account_suspensions").fetchall() == [("Unpaid",)]

    def test_refuses_to_resume_what_is_not_paused(self, ana, base, sub_account):
        page = f"{base}/{sub_account.public_id}"

        assert submit(ana, f"{page}/pause/end", page=page).status_code == 409

    def test_is_changed_on_its_settings(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}/settings"

        submit(ana, page, name="Dental Sur", time_zone="Europe/Madrid", locale="es")

        row = owner.execute("SELECT name, time_zone, locale, email FROM sub_accounts").fetchone()
        assert row == ("Dental Sur", "Europe/Madrid", "es", None)

    def test_never_changes_its_currency(self, ana, base, owner, sub_account):
        page = f"{base}/{sub_account.public_id}/settings"

        submit(ana, page, name="Dental", time_zone="Europe/Madrid", locale="es", currency="MXN")

        assert owner.execute("SELECT currency FROM sub_accounts").fetchone() == ("USD",)

    def test_shows_what_was_done_to_it_and_to_no_other(self, ana, agency, base, sub_account):
        other = tenants.sub_account(agency, name="Café Aurora")
        submit(ana, f"{base}/{sub_account.public_id}/pause", page=f"{base}/{sub_account.public_id}", reason="Unpaid")

        activity = visit(ana, f"{base}/{sub_account.public_id}/activity").text

        assert "Sub-account paused" in activity
        assert "Unpaid" in activity
        assert other.name not in activity

    @pytest.mark.parametrize("role", [Role.BILLING, Role.SUPPORT, Role.READ_ONLY])
    def test_shows_each_role_its_own_tabs(self, app, agency, base, sub_account, role):
        reader = staff.signed_in(app, staff.person(agency, role=role, email=f"{role}@lumen.example"))

        page = visit(reader, f"{base}/{sub_account.public_id}").text

        assert "/activity" not in page
        assert (f"{sub_account.public_id}/settings" in page) == (role is Role.BILLING)

    @pytest.mark.parametrize("tab", ["", "/activity", "/settings"])
    @pytest.mark.parametrize("name", [NOWHERE, "sac_nonsense", "inv_01hzy3v7k2e8mb4x9q0n5t6w1r", "7"])
    def test_is_not_found_by_a_wrong_id(self, ana, base, name, tab):
        assert visit(ana, f"{base}/{name}{tab}").status_code == 404

    def test_of_another_agency_is_not_found(self, ana, base):
        stranger = tenants.sub_account(tenants.agency(name="Olive"))

        assert visit(ana, f"{base}/{stranger.public_id}").status_code == 404


def names(page):
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', page)


def link(page, rel):
    return re.search(rf'href="([^"]+)" rel="{rel}"', page).group(1).replace("&amp;", "&")


def cells(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
