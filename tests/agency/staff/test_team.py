from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation import ids
from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import staff, tenants

TEAM = "/a/lumen-studio/team"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(agency):
    return staff.person(agency)


@pytest.fixture
def browser(app, ana):
    return staff.signed_in(app, ana)


@pytest.fixture
def membership(owner):
    """The public id of somebody's membership."""

    def of(person):
        row = owner.execute("SELECT id FROM memberships WHERE person_id = %s", (person.id,)).fetchone()
        return ids.encode("mem", row[0])

    return of


def roles(owner):
    rows = owner.execute("SELECT role FROM memberships ORDER BY role").fetchall()
    return [role for (role,) in rows]


class TestChangingARole:
    def test_gives_another_one(self, agency, browser, membership, owner):
        berta = staff.person(agency, email="berta@lumen.example", role=Role.SUPPORT)

        assert submit(browser, f"{TEAM}/{membership(berta)}", role="billing").location == TEAM
        assert roles(owner) == ["billing", "owner"]

    def test_is_written_down_before_and_after(self, agency, browser, membership, owner):
        berta = staff.person(agency, email="berta@lumen.example", role=Role.SUPPORT)
        submit(browser, f"{TEAM}/{membership(berta)}", role="billing")

        entry = owner.execute("SELECT before, after, actor_name FROM audit_entries WHERE action = 'role.changed'")
        assert entry.fetchone() == ({"role": "support"}, {"role": "billing"}, "Ana Ruiz")

    @pytest.mark.parametrize("role", ["viewer", "emperor", ""])
    def test_refuses_a_role_that_is_not_there(self, browser, ana, membership, role):
        answer = submit(browser, f"{TEAM}/{membership(ana)}", role=role)

        assert answer.status_code == 422
        assert 'id="role-field-error"' in answer.text

    def test_leaves_the_last_owner(self, browser, ana, membership, owner):
        answer = submit(browser, f"{TEAM}/{membership(ana)}", role="admin")

        assert answer.status_code == 422
        assert "This is the only owner" in answer.text
        assert roles(owner) == ["owner"]

    def test_lets_an_admin_touch_no_owner(self, app, agency, ana, membership, owner):
        admin = staff.signed_in(app, staff.person(agency, email="carl@lumen.example", role=Role.ADMIN))

        answer = submit(admin, f"{TEAM}/{membership(ana)}", role="support")

        assert "Only an owner" in answer.text
        assert roles(owner) == ["admin", "owner"]

    def test_lets_an_admin_make_no_owner(self, app, agency, membership, owner):
        carl = staff.person(agency, email="carl@lumen.example", role=Role.ADMIN)

        submit(staff.signed_in(app, carl), f"{TEAM}/{membership(carl)}", role="owner")

        assert roles(owner) == ["admin"]

    def test_leaves_an_owner_when_two_step_down_at_once(self, app, agency, ana, membership, owner):
        people = [ana, staff.person(agency, email="berta@lumen.example")]
        clients = [(staff.signed_in(app, person), f"{TEAM}/{membership(person)}") for person in people]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda one: submit(one[0], one[1], role="admin").status_code, clients))

        assert sorted(answers) == [302, 422]
        assert roles(owner) == ["admin", "owner"]


class TestTakingSomebodyOffTheTeam:
    def test_closes_the_console_to_them(self, app, agency, browser, membership):
        berta = staff.person(agency, email="berta@lumen.example", role=Role.SUPPORT)
        theirs = staff.signed_in(app, berta)
        submit(browser, f"{TEAM}/{membership(berta)}/remove", page=TEAM)

        assert visit(theirs, TEAM).status_code == 404
        assert "on no team" in visit(theirs, "/").text

    def test_leaves_the_last_owner(self, browser, ana, membership, owner):
        answer = submit(browser, f"{TEAM}/{membership(ana)}/remove", page=TEAM)

        assert answer.status_code == 422
        assert "This is the only owner" in answer.text
        assert roles(owner) == ["owner"]

    def test_is_done_once_by_two_at_once(self, app, agency, ana, membership):
        berta = staff.person(agency, email="berta@lumen.example", role=Role.SUPPORT)
        address = f"{TEAM}/{membership(berta)}/remove"
        clients = [staff.signed_in(app, ana) for _number in range(3)]
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda one: submit(one, address, page=TEAM).status_code, clients))

        assert answers.count(302) == 1
        assert {status for status in answers if status != 302} <= {404, 422}

    def test_is_out_of_reach_of_other_agencies(self, app, ana, membership, owner):
        other = staff.signed_in(app, staff.person(tenants.agency(name="Norte Digital")))

        answer = submit(other, f"/a/norte-digital/team/{membership(ana)}/remove", page="/account")

        assert answer.status_code == 404
        assert roles(owner) == ["owner", "owner"]


class TestTheTeamOfASubAccount:
    @pytest.fixture
    def shop(self, agency):
        return tenants.sub_account(agency)

    @pytest.fixture
    def dora(self, agency, shop):
        return staff.person(agency, email="dora@dental.example", name="Dora Paz", at=shop)

    @pytest.fixture
    def theirs(self, app, dora):
        """Dora's browser."""
        return staff.signed_in(app, dora)

    def test_is_shown_to_the_agency_and_to_itself(self, app, browser, shop, dora):
        seen = visit(browser, f"/a/lumen-studio/sub-accounts/{shop.public_id}/team").text
        own = visit(staff.signed_in(app, dora), f"/s/{shop.public_id}/billing/team").text

        assert "Dora Paz" in seen
        assert "Dora Paz" in own
        assert "Ana Ruiz" not in own.partition("<main")[2]

    def test_is_managed_by_its_owner(self, agency, shop, theirs, membership, owner):
        viewer = staff.person(agency, email="eva@dental.example", role=Role.VIEWER, at=shop)

        assert submit(theirs, f"/s/{shop.public_id}/billing/team/{membership(viewer)}", role="billing").location
        assert roles(owner) == ["billing", "owner"]

    def test_is_managed_by_none_of_its_viewers(self, app, agency, shop):
        viewer = staff.person(agency, email="eva@dental.example", role=Role.VIEWER, at=shop)

        assert visit(staff.signed_in(app, viewer), f"/s/{shop.public_id}/billing/team/invite").status_code == 403

    def test_gets_its_first_owner_from_an_admin_of_the_agency(self, app, agency, shop):
        admin = staff.signed_in(app, staff.person(agency, email="carl@lumen.example", role=Role.ADMIN))
        team = f"/a/lumen-studio/sub-accounts/{shop.public_id}/team"

        assert submit(admin, f"{team}/invite", email="dora@dental.example", role="owner").location == team

    def test_reaches_nobody_of_the_agency(self, ana, shop, theirs, membership, owner):
        page = f"/s/{shop.public_id}/billing/team"

        assert submit(theirs, f"{page}/{membership(ana)}/remove", page="/account").status_code == 404
        assert roles(owner) == ["owner", "owner"]

    def test_reaches_nobody_of_another_sub_account(self, agency, shop, theirs, membership):
        other = tenants.sub_account(agency, name="Riverside Yoga")
        eva = staff.person(agency, email="eva@yoga.example", at=other)
        pages = [f"/s/{shop.public_id}/billing/team/{membership(eva)}", f"/s/{other.public_id}/billing/team"]

        assert [visit(theirs, page).status_code for page in pages] == [404, 404]
