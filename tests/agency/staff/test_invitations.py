from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency.foundation import clock, ids
from agency.foundation.tokens import Token
from agency.staff.roles import Role
from tests import post
from tests.browsing import submit, visit
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD

TEAM = "/a/lumen-studio/team"
NEW = {"name": "Berta Gil", "new_password": "a wholly new password"}
BERTA = "berta@lumen.example"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency, password=PASSWORD))


@pytest.fixture
def invite(ana, owner):
    def invited(email=BERTA, role="billing", at=TEAM):
        answer = submit(ana, f"{at}/invite", email=email, role=role)
        assert answer.status_code == 302
        return post.link(owner, email)

    return invited


def later(monkeypatch, **time):
    moment = clock.wall() + timedelta(**time)
    monkeypatch.setattr(clock, "wall", lambda: moment)


class TestInviting:
    def test_mails_who_invites_to_what(self, invite, owner):
        invite()

        subject, text = post.letters(owner, BERTA)[0]
        assert subject == "Ana Ruiz invites you to Lumen Studio"
        assert "Billing" in text

    def test_lists_it_until_it_is_accepted(self, client, ana, invite):
        link = invite()
        assert BERTA in visit(ana, TEAM).text

        submit(client, link, **NEW)
        assert "Open invitations" not in visit(ana, TEAM).text

    def test_refuses_a_second_open_one(self, ana, invite):
        invite()

        answer = submit(ana, f"{TEAM}/invite", email=BERTA.upper(), role="support")

        assert answer.status_code == 422
        assert "has an open invitation already" in answer.text

    def test_makes_one_of_two_at_once(self, app, agency, owner):
        people = [staff.person(agency, email=f"owner{number}@lumen.example") for number in range(4)]
        clients = [staff.signed_in(app, person) for person in people]
        wish = {"email": BERTA, "role": "billing"}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: submit(one, f"{TEAM}/invite", **wish).status_code, clients))

        assert sorted(answers) == [302, 422, 422, 422]
        assert owner.execute("SELECT count(*) FROM invitations").fetchone() == (1,)

    def test_refuses_somebody_of_the_team(self, ana):
        answer = submit(ana, f"{TEAM}/invite", email="ana@lumen.example", role="admin")

        assert "already on the team" in answer.text

    @pytest.mark.parametrize(
        ("field", "value"), [("email", "berta"), ("email", ""), ("role", "emperor"), ("role", ""), ("role", "viewer")]
    )
    def test_says_at_the_field_what_is_wrong(self, ana, field, value):
        answer = submit(ana, f"{TEAM}/invite", **({"email": BERTA, "role": "billing"} | {field: value}))

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text

    def test_leaves_owners_to_owners(self, app, agency, owner):
        admin = staff.signed_in(app, staff.person(agency, email="carl@lumen.example", role=Role.ADMIN))

        answer = submit(admin, f"{TEAM}/invite", email=BERTA, role="owner")

        assert answer.status_code == 422
        assert "Only an owner" in answer.text
        assert owner.execute("SELECT count(*) FROM invitations").fetchone() == (0,)

    def test_is_for_those_who_manage_the_team(self, app, agency):
        support = staff.signed_in(app, staff.person(agency, email="sam@lumen.example", role=Role.SUPPORT))

        assert visit(support, TEAM).status_code == 200
        assert visit(support, f"{TEAM}/invite").status_code == 403


class TestAccepting:
    def test_shows_who_invites_to_what_and_spends_nothing(self, app, invite):
        link = invite()
        pages = [visit(app.test_client(), link).text for _scanner in range(2)]

        assert "You are invited to Lumen Studio" in pages[1]
        assert "Ana Ruiz" in pages[1]

    def test_makes_a_person_and_signs_them_in(self, client, invite):
        assert submit(client, invite(), **NEW).location == "/"
        assert "Berta Gil" in visit(client, TEAM).text

    def test_is_done_once_by_two_at_once(self, app, invite, owner):
        link = invite()
        clients = [app.test_client() for _number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: submit(one, link, **NEW).status_code, clients))

        assert answers.count(302) == 1
        assert {410, 422} >= {status for status in answers if status != 302}
        assert owner.execute("SELECT count(*) FROM people WHERE email = %s", (BERTA,)).fetchone() == (1,)

    def test_is_refused_the_second_time(self, app, client, invite):
        link = invite()
        submit(client, link, **NEW)

        answer = visit(app.test_client(), link)

        assert answer.status_code == 410
        assert "It was accepted already" in answer.text

    def test_is_refused_after_seven_days(self, client, invite, monkeypatch):
        link = invite()
        later(monkeypatch, days=7, seconds=1)

        assert submit(client, link, page="/sign-in", **NEW).status_code == 410

    def test_is_refused_for_a_forged_link(self, client, agency):
        assert visit(client, f"/invitations/{Token.issue(agency.id)}").status_code == 404
        assert visit(client, "/invitations/nonsense").status_code == 404

    @pytest.mark.parametrize(("field", "value"), [("name", " "), ("new_password", "short"), ("new_password", BERTA)])
    def test_says_at_the_field_what_is_wrong(self, client, invite, owner, field, value):
        answer = submit(client, invite(), **(NEW | {field: value}))

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text
        assert owner.execute("SELECT count(*) FROM people WHERE email = %s", (BERTA,)).fetchone() == (0,)


class TestSomebodyKnownAlready:
    @pytest.fixture
    def shop(self, agency):
        return tenants.sub_account(agency)

    @pytest.fixture
    def link(self, agency, shop, invite):
        staff.person(agency, email=BERTA, name="Berta Gil", role=Role.SUPPORT, password=PASSWORD)
        return invite(role="owner", at=f"/a/lumen-studio/sub-accounts/{shop.public_id}/team")

    def test_signs_in_first(self, client, link, owner):
        page = visit(client, link)
        assert "/sign-in?next=/invitations/" in page.text

        assert submit(client, link, page="/sign-in", **NEW).status_code == 200
        assert owner.execute("SELECT accepted_at FROM invitations").fetchone() == (None,)

    def test_accepts_by_the_button_then(self, client, link, shop):
        submit(client, f"/sign-in?next={link}", email=BERTA, password=PASSWORD)

        assert submit(client, link).location == "/"
        assert visit(client, f"/s/{shop.public_id}/billing/team").status_code == 200

    def test_is_not_replaced_by_somebody_else_who_is_signed_in(self, ana, link, owner):
        submit(ana, link, page="/account")

        assert owner.execute("SELECT accepted_at FROM invitations").fetchone() == (None,)

    def test_sets_a_password_who_has_none(self, app, client, agency, invite):
        staff.person(agency, email="dora@lumen.example", role=None)
        link = invite(email="dora@lumen.example")

        assert submit(client, link, new_password="a wholly new password").location == "/"


class TestAnOpenInvitation:
    def test_is_sent_again_under_a_fresh_link(self, client, ana, invite, owner):
        former = invite()
        submit(ana, f"{TEAM}/invitations/{invitation_id(owner)}/resend", page=TEAM)
        fresh = post.link(owner, BERTA)

        assert visit(client, former).status_code == 404
        assert submit(client, fresh, **NEW).location == "/"

    def test_is_revoked(self, client, ana, invite, owner):
        link = invite()
        submit(ana, f"{TEAM}/invitations/{invitation_id(owner)}/revoke", page=TEAM)

        assert visit(client, link).status_code == 410
        invite()

    def test_makes_way_for_another_when_its_time_is_over(self, ana, invite, owner):
        invite()
        owner.execute("UPDATE invitations SET expires_at = now() - interval '1 second'")
        invite(role="support")

        assert "Support" in visit(ana, TEAM).text

    def test_is_out_of_reach_of_other_agencies(self, app, invite, owner):
        invite()
        other = staff.signed_in(app, staff.person(tenants.agency(name="Norte Digital")))
        theirs = "/a/norte-digital/team"

        answer = submit(other, f"{theirs}/invitations/{invitation_id(owner)}/revoke", page="/account")

        assert answer.status_code == 404
        assert owner.execute("SELECT revoked_at FROM invitations").fetchone() == (None,)

    def test_is_out_of_reach_of_a_panel(self, app, agency, invite, owner):
        invite()
        shop = tenants.sub_account(agency)
        dora = staff.signed_in(app, staff.person(agency, email="dora@lumen.example", at=shop))
        panel = f"/s/{shop.public_id}/billing/team"

        answer = submit(dora, f"{panel}/invitations/{invitation_id(owner)}/revoke", page="/account")

        assert answer.status_code == 404


def invitation_id(owner):
    from_uuid = owner.execute("SELECT id FROM invitations WHERE revoked_at IS NULL").fetchone()[0]
    return ids.encode("ivt", from_uuid)
