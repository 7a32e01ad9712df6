import pytest

from agency.staff.models import Person
from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import staff, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def shop(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


def view(client, shop):
    return submit(client, f"/a/lumen-studio/sub-accounts/{shop.public_id}/view", page="/account")


class TestViewingAsASubAccount:
    def test_opens_its_panel_with_a_banner(self, ana, shop):
        page = visit(ana, view(ana, shop).location)

        assert page.status_code == 200
        assert "You are viewing Dental Norte as they see it" in page.text

    def test_changes_nothing(self, ana, shop, owner):
        view(ana, shop)
        page = f"/s/{shop.public_id}/billing/team/invite"

        answer = submit(ana, page, page="/account", email="eva@dental.example", role="viewer")

        assert answer.status_code == 403
        assert owner.execute("SELECT count(*) FROM invitations").fetchone() == (0,)

    def test_ends_by_the_button_of_the_banner(self, ana, shop):
        view(ana, shop)
        submit(ana, "/viewing/leave", page=f"/s/{shop.public_id}/billing/team")

        assert visit(ana, f"/s/{shop.public_id}/billing/team").status_code == 404

    def test_is_written_down_both_ways(self, ana, shop, owner):
        view(ana, shop)
        submit(ana, "/viewing/leave", page="/account")

        rows = owner.execute(
            "SELECT action, sub_account_id, actor_name FROM audit_entries WHERE action LIKE '%view%' ORDER BY id"
        ).fetchall()
        assert rows == [
            ("sub_account.view_began", shop.id, "Ana Ruiz"),
            ("sub_account.view_ended", shop.id, "Ana Ruiz"),
        ]

    def test_moves_to_another_by_leaving_the_first(self, ana, agency, shop):
        other = tenants.sub_account(agency, name="Riverside Yoga")
        view(ana, shop)
        view(ana, other)

        assert visit(ana, f"/s/{shop.public_id}/billing/team").status_code == 404
        assert visit(ana, f"/s/{other.public_id}/billing/team").status_code == 200

    def test_holds_for_this_browser_alone(self, app, agency, ana, shop, owner):
        person = owner.execute("SELECT id FROM people").fetchone()[0]
        view(ana, shop)
        elsewhere = staff.signed_in(app, _person(agency, person))

        assert visit(elsewhere, f"/s/{shop.public_id}/billing/team").status_code == 404

    def test_needs_the_permission(self, app, agency, shop):
        reader = staff.person(agency, email="rita@lumen.example", role=Role.READ_ONLY)

        assert view(staff.signed_in(app, reader), shop).status_code == 403

    def test_finds_no_sub_account_of_another_agency(self, ana):
        foreign = tenants.sub_account(tenants.agency(name="Norte Digital"))

        assert view(ana, foreign).status_code == 404


def _person(agency, person_id):
    return Person(agency_id=agency.id, id=person_id)
