import pytest

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff.models import SignIn
from agency.staff.roles import Role
from tests.factories import staff, tenants

PAGE = {"Accept": "text/html"}


@pytest.fixture
def norte(lumen):
    return tenants.sub_account(lumen, name="Dental Norte")


@pytest.fixture
def console(lumen):
    return f"/a/{lumen.slug}/trial"


@pytest.fixture
def panel(norte):
    return f"/s/{norte.public_id}/billing/trial"


def looking(platform, person, at):
    """A browser in which staff look at a sub-account with its eyes."""
    client = staff.signed_in(platform, person)
    with scope.of_agency(person.agency_id), transaction():
        session.query(SignIn).one().viewing_sub_account_id = at.id
    return client


def send(client, address):
    """A form sent there, with the token of the browser's own page."""
    token = client.get("/trial/form").text.rpartition("|")[2]
    return client.post(address, data={"csrf_token": token})


class TestAStranger:
    def test_is_led_to_the_sign_in_and_back(self, visitor, console):
        answer = visitor.get(f"{console}?state=open", headers=PAGE)

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=")
        assert "state" in answer.headers["Location"]

    def test_without_a_page_is_told_to_sign_in(self, visitor, console):
        assert visitor.get(console, headers={"Accept": "application/json"}).status_code == 401

    def test_learns_nothing_of_which_agencies_there_are(self, visitor, console):
        answers = [visitor.get(address, headers=PAGE) for address in (console, "/a/nobody/trial")]

        assert [answer.status_code for answer in answers] == [302, 302]

    @pytest.mark.parametrize("cookie", ["", "x", "0" * 26 + ".x", "\x00"])
    def test_with_a_forged_cookie_stays_one(self, visitor, console, cookie):
        with visitor.session_transaction() as kept:
            kept["_user_id"] = cookie

        assert visitor.get(console, headers=PAGE).status_code == 302


class TestAPerson:
    def test_is_let_into_their_agency(self, ana, console):
        assert ana.get(console).json == {"name": "Ana Ruiz", "agency": "Lumen Studio", "place": None}

    def test_finds_nothing_at_another_agency(self, ana, ember):
        assert ana.get(f"/a/{ember.slug}/trial").status_code == 404
        assert ana.get("/a/nobody/trial").status_code == 404

    def test_with_a_smaller_role_reads_and_no_more(self, platform, lumen, console):
        reader = staff.signed_in(platform, staff.person(lumen, role=Role.READ_ONLY))

        assert reader.get(console).status_code == 200
        assert send(reader, console).status_code == 403

    def test_of_a_sub_account_is_let_into_its_panel_alone(self, platform, lumen, norte, panel, console):
        owner = staff.signed_in(platform, staff.person(lumen, at=norte))
        other = tenants.sub_account(lumen, name="Dental Sur")

        assert owner.get(panel).json["place"] == str(norte.id)
        assert owner.get(f"/s/{other.public_id}/billing/trial").status_code == 404
        assert owner.get(console).status_code == 404

    def test_of_an_agency_finds_no_panel_they_were_not_given(self, ana, panel):
        assert ana.get(panel).status_code == 404

    def test_is_known_at_no_tenants_address(self, ana):
        assert ana.get("/trial").json["name"] == "Ana Ruiz"


class TestLookingWithASubAccountsEyes:
    @pytest.fixture
    def client(self, platform, lumen, norte):
        return looking(platform, staff.person(lumen, role=Role.SUPPORT), norte)

    def test_shows_the_panel(self, client, panel):
        assert client.get(panel).status_code == 200

    def test_changes_nothing(self, client, panel):
        answer = send(client, panel)

        assert answer.status_code == 403
        assert "read-only" in answer.text

    def test_takes_no_right_away_at_home(self, platform, lumen, norte, console):
        owner = looking(platform, staff.person(lumen), norte)

        assert send(owner, console).status_code == 200

    def test_opens_nothing_for_a_role_that_may_not_look(self, platform, lumen, norte, panel):
        reader = looking(platform, staff.person(lumen, role=Role.READ_ONLY), norte)

        assert reader.get(panel).status_code == 404


class TestAProgram:
    def test_is_let_in_by_its_key(self, visitor, key):
        assert visitor.get("/api/v1/trial", headers=key).json["agency"] == "Lumen Studio"

    def test_with_fewer_scopes_may_less(self, visitor, lumen):
        reader = staff.bearer(staff.api_key(lumen, scopes=frozenset({"sub_accounts.read"})))

        assert visitor.get("/api/v1/trial", headers=reader).status_code == 200
        assert visitor.post("/api/v1/trial", headers=reader).status_code == 403

    @pytest.mark.parametrize(
        "authorization", ["", "Bearer", "Bearer ", "Bearer ck_", "Bearer ck_x.y", "Basic YTpi", "ck_x", "Bearer \xff"]
    )
    def test_without_a_key_is_nobody(self, visitor, lumen, authorization):
        assert visitor.get("/api/v1/trial", headers={"Authorization": authorization}).status_code == 401

    def test_is_not_let_in_by_a_cookie(self, ana):
        assert ana.get("/api/v1/trial", headers={"Accept": "application/json"}).status_code == 401

    def test_is_nobody_at_the_pages(self, visitor, key, console):
        assert visitor.get(console, headers=key).status_code == 401


class TestAViewWithoutAMark:
    def test_is_closed_to_everybody(self, ana, visitor, key, lumen):
        assert ana.get(f"/a/{lumen.slug}/unmarked").status_code == 404
        assert visitor.put("/api/v1/trial", headers=key).status_code == 404


class TestTheScopeOfARequest:
    def test_does_not_outlive_it(self, ana, console):
        ana.get(console)

        assert scope.current() == scope.NOBODY

    def test_is_narrowed_in_a_panel(self, platform, lumen, norte, panel):
        tenants.sub_account(lumen, name="Dental Sur")
        owner = staff.signed_in(platform, staff.person(lumen, at=norte))

        assert owner.get(panel.replace("trial", "trial/others")).json == ["Dental Norte"]

    def test_of_an_id_from_nowhere_is_no_address(self, ana):
        assert ana.get(f"/s/{ids.encode('sac', ids.new_id())}/billing/trial").status_code == 404
