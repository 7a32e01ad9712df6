import pytest

from agency.foundation import ids
from agency.staff.roles import Role
from tests import post
from tests.browsing import submit, token, visit
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD

NEW = "a wholly new password"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(agency):
    return staff.person(agency, password=PASSWORD)


@pytest.fixture
def browser(app, ana):
    return staff.signed_in(app, ana)


class TestTheProfile:
    def test_changes_name_and_language(self, browser, owner):
        submit(browser, "/account", name="  Ana\tMaría Ruiz ", locale="es")

        assert owner.execute("SELECT name, locale FROM people").fetchone() == ("Ana María Ruiz", "es")
        assert '<html lang="es"' in visit(browser, "/account").text

    @pytest.mark.parametrize(("field", "value"), [("name", " "), ("name", "x" * 101), ("locale", "tlh")])
    def test_says_at_the_field_what_is_wrong(self, browser, field, value):
        answer = submit(browser, "/account", **({"name": "Ana", "locale": "en"} | {field: value}))

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text


class TestChangingThePassword:
    def change(self, browser, current=PASSWORD, new=NEW):
        return submit(browser, "/account/password", current_password=current, new_password=new)

    def test_lets_in_by_the_new_one_alone(self, app, browser):
        self.change(browser)
        tries = [
            submit(app.test_client(), "/sign-in", email="ana@lumen.example", password=password).status_code
            for password in (PASSWORD, NEW)
        ]

        assert tries == [422, 302]

    def test_ends_every_other_sign_in_but_this(self, app, ana, browser):
        elsewhere = staff.signed_in(app, ana)
        self.change(browser)

        assert visit(elsewhere, "/account").location.startswith("/sign-in")
        assert visit(browser, "/account").status_code == 200

    def test_tells_the_person(self, browser, owner):
        self.change(browser)

        assert "password" in post.letters(owner, "ana@lumen.example")[-1][1]

    def test_needs_the_present_one(self, browser):
        answer = self.change(browser, current="not this password")

        assert answer.status_code == 422
        assert 'id="current_password-field-error"' in answer.text

    def test_refuses_a_weak_one(self, browser):
        assert 'id="new_password-field-error"' in self.change(browser, new="aaaaaaaaaaaa").text

    def test_waits_after_ten_tries(self, browser):
        answers = [self.change(browser, current=f"wrong {number}").status_code for number in range(11)]

        assert answers[-1] == 429


class TestTheListOfSignIns:
    def test_shows_where(self, browser):
        page = visit(browser, "/account/sign-ins").text

        assert "This one" in page

    def test_ends_one(self, app, ana, browser, owner):
        elsewhere = staff.signed_in(app, ana)
        newest = owner.execute("SELECT id FROM sign_ins ORDER BY id DESC LIMIT 1").fetchone()[0]
        submit(browser, f"/account/sign-ins/{ids.encode('sgn', newest)}/end", page="/account/sign-ins")

        assert visit(elsewhere, "/account").location.startswith("/sign-in")

    def test_ends_all_others(self, app, ana, browser):
        others = [staff.signed_in(app, ana) for _number in range(2)]
        submit(browser, "/account/sign-ins/end-others", page="/account/sign-ins")

        assert all(visit(other, "/account").location.startswith("/sign-in") for other in others)
        assert visit(browser, "/account").status_code == 200

    def test_ends_nobody_elses(self, app, agency, browser, owner):
        berta = staff.signed_in(app, staff.person(agency, email="berta@lumen.example"))
        newest = owner.execute("SELECT id FROM sign_ins ORDER BY id DESC LIMIT 1").fetchone()[0]

        answer = submit(browser, f"/account/sign-ins/{ids.encode('sgn', newest)}/end", page="/account/sign-ins")

        assert answer.status_code == 404
        assert visit(berta, "/account").status_code == 200


class TestTheLanguage:
    def test_is_kept_with_the_browser(self, client, app):
        submit(client, "/language", page="/sign-in", language="es")

        assert '<html lang="es"' in visit(client, "/sign-in").text

    def test_is_kept_with_the_person(self, browser, owner):
        submit(browser, "/language", page="/account", language="es")

        assert owner.execute("SELECT locale FROM people").fetchone() == ("es",)

    def test_leads_back_to_the_page(self, client, app):
        sent = {"csrf_token": token(client, "/sign-in"), "language": "es"}

        answer = client.post("/language", data=sent, headers={"Referer": "http://localhost/sign-in?next=/account"})

        assert answer.location == "/sign-in?next=/account"

    @pytest.mark.parametrize("referrer", ["http://evil.example//evil.example/x", "http://[", "\\evil"])
    def test_leads_to_no_other_host(self, client, app, referrer):
        sent = {"csrf_token": token(client, "/sign-in"), "language": "es"}

        answer = client.post("/language", data=sent, headers={"Referer": referrer})

        assert answer.location == "/"

    def test_is_one_of_ours(self, browser, owner):
        submit(browser, "/language", page="/account", language="tlh")

        assert owner.execute("SELECT locale FROM people").fetchone() == ("en",)


class TestHome:
    def test_is_the_console_for_staff(self, browser):
        assert visit(browser, "/").location.startswith("/a/lumen-studio")

    def test_is_the_only_panel(self, app, agency):
        shop = tenants.sub_account(agency)
        dora = staff.signed_in(app, staff.person(agency, email="dora@dental.example", role=Role.VIEWER, at=shop))

        assert visit(dora, "/").location.startswith(f"/s/{shop.public_id}/billing")

    def test_is_a_choice_of_several(self, app, agency, owner):
        shops = [tenants.sub_account(agency, name=name) for name in ("Dental Norte", "Riverside Yoga")]
        dora = staff.person(agency, email="dora@dental.example", at=shops[0])
        owner.execute(
            "INSERT INTO memberships SELECT agency_id, gen_random_uuid(), person_id, %s, role, now() FROM memberships",
            (shops[1].id,),
        )
        page = visit(staff.signed_in(app, dora), "/").text

        assert all(shop.public_id in page for shop in shops)

    def test_asks_strangers_to_sign_in(self, client, app):
        assert visit(client, "/").location.startswith("/sign-in")
