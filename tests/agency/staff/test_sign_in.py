from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.staff.operations.sign_ins import SIGNED_IN
from tests.browsing import submit, visit
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD


@pytest.fixture
def ana(app):
    return staff.person(tenants.agency(), password=PASSWORD)


def sign_in(client, *, email="ana@lumen.example", password=PASSWORD, at="/sign-in"):
    return submit(client, at, email=email, password=password)


class TestSigningInByPassword:
    def test_opens_the_console(self, client, ana):
        answer = sign_in(client)

        assert answer.location == "/"
        assert visit(client, "/").location.startswith("/a/lumen-studio/")

    def test_knows_the_address_in_any_case(self, client, ana):
        assert sign_in(client, email=" ANA@Lumen.example ").status_code == 302

    @pytest.mark.parametrize(
        ("email", "password"), [("ana@lumen.example", "not this password"), ("nobody@lumen.example", PASSWORD)]
    )
    def test_answers_a_wrong_password_and_an_unknown_address_alike(self, client, ana, email, password):
        answer = sign_in(client, email=email, password=password)

        assert answer.status_code == 422
        assert "The e-mail or the password is not right." in answer.text
        assert f'value="{email}"' in answer.text
        assert visit(client, "/").location.startswith("/sign-in")

    def test_hashes_once_for_an_address_that_nobody_has(self, client, ana, monkeypatch):
        tried = []
        monkeypatch.setattr("agency.staff.passwords.matches", lambda known, _typed: tried.append(known) or False)

        sign_in(client, email="nobody@lumen.example")

        assert tried == [None]

    def test_refuses_somebody_who_has_no_password(self, app, client):
        staff.person(tenants.agency(), password=None)

        assert sign_in(client).status_code == 422

    @pytest.mark.parametrize("field", ["email", "password"])
    def test_says_at_the_field_what_is_missing(self, client, ana, field):
        answer = sign_in(client, **{field: " "})

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text

    def test_refuses_an_endless_password(self, client, ana):
        answer = sign_in(client, password="x" * 5000)

        assert answer.status_code == 422
        assert 'id="password-field-error"' in answer.text

    def test_needs_the_token_of_the_form(self, client, ana):
        answer = client.post("/sign-in", data={"email": "ana@lumen.example", "password": PASSWORD})

        assert answer.status_code == 400


class TestWhereItLeads:
    def test_is_the_page_that_was_asked_for(self, client, ana):
        asked = visit(client, "/a/lumen-studio/team")

        assert sign_in(client, at=asked.location).location == "/a/lumen-studio/team"

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
    def test_is_never_another_host(self, client, ana, target):
        assert sign_in(client, at=f"/sign-in?next={target}").location == "/"

    def test_is_never_another_host_for_whoever_is_in_already(self, app, ana):
        client = staff.signed_in(app, ana)

        assert visit(client, "/sign-in?next=//evil.example").location == "/"


class TestTheCookie:
    def test_is_another_one_after_signing_in(self, client, ana):
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
        before = visit(client, "/sign-in") and client.get_cookie("cartera").value

        sign_in(client)

        assert client.get_cookie("cartera").value != before
        with client.session_transaction() as cookie:
            assert "planted" not in cookie

    def test_ends_the_former_sign_in_of_the_browser(self, app, ana, owner):
        client = staff.signed_in(app, ana)
        submit(client, "/sign-out", page="/account")

        assert owner.execute("SELECT ended_at IS NOT NULL FROM sign_ins").fetchall() == [(True,)]
        assert visit(client, "/account").location.startswith("/sign-in")

    def test_is_worth_nothing_after_its_time(self, client, ana, monkeypatch):
        sign_in(client)
        later = clock.wall() + SIGNED_IN + timedelta(seconds=1)
        monkeypatch.setattr(clock, "wall", lambda: later)

        assert visit(client, "/account").location.startswith("/sign-in")


class TestOneAddressInSeveralAgencies:
    @pytest.fixture
    def twice(self, app):
        first, second = tenants.agency(), tenants.agency(name="Norte Digital")
        staff.person(first, password=PASSWORD)
        staff.person(second, password=PASSWORD)
        return first, second

    def test_is_asked_which_one(self, client, twice):
        answer = sign_in(client)
        page = visit(client, answer.location).text

        assert "Lumen Studio" in page
        assert "Norte Digital" in page

    def test_opens_the_chosen_one(self, client, twice):
        sign_in(client)
        submit(client, "/sign-in/agency", agency=twice[1].public_id)

        assert visit(client, "/").location.startswith("/a/norte-digital/")

    def test_opens_none_that_the_password_does_not(self, client, twice):
        third = tenants.agency(name="Third")
        staff.person(third, password="another password altogether")
        sign_in(client)

        answer = submit(client, "/sign-in/agency", agency=third.public_id)

        assert answer.status_code == 200
        assert visit(client, "/").location.startswith("/sign-in")

    def test_opens_the_only_one_whose_password_it_is(self, app, client):
        staff.person(tenants.agency(), password="another password altogether")
        staff.person(tenants.agency(name="Norte Digital"), password=PASSWORD)

        sign_in(client)

        assert visit(client, "/").location.startswith("/a/norte-digital/")

    def test_forgets_the_choice_after_ten_minutes(self, client, twice, monkeypatch):
        sign_in(client)
        later = clock.wall() + timedelta(minutes=11)
        monkeypatch.setattr(clock, "wall", lambda: later)

        assert visit(client, "/sign-in/agency").location == "/sign-in"

    def test_cannot_be_chosen_without_the_password(self, client, twice):
        assert visit(client, "/sign-in/agency").location == "/sign-in"


class TestTooManyTries:
    def test_at_one_address_wait_whatever_the_machine(self, app, ana):
        for number in range(10):
            sign_in(app.test_client(), password=f"wrong number {number}")

        answer = sign_in(app.test_client())

        assert answer.status_code == 429
        assert "Too many tries" in answer.text

    def test_at_other_addresses_do_not_matter(self, client, ana):
        for number in range(10):
            sign_in(client, email=f"somebody{number}@lumen.example")

        assert sign_in(client).status_code == 302

    def test_from_one_machine_wait_whatever_the_address(self, client, ana):
        answers = [sign_in(client, email=f"somebody{number}@lumen.example").status_code for number in range(31)]

        assert answers[-1] == 429

    def test_at_once_are_counted_as_well(self, app, ana):
        clients = [app.test_client() for _number in range(16)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: sign_in(one, password="wrong, wrong, wrong").status_code, clients))

        assert answers.count(422) <= 10
        assert answers.count(429) >= 6


class TestAWrongPassword:
    def test_stands_in_the_log_of_the_agency_that_knows_the_address(self, client, ana, owner):
        sign_in(client, password="no password of hers")

        refused = owner.execute("SELECT subject_id FROM audit_entries WHERE action = 'person.sign_in_refused'")
        assert refused.fetchall() == [(ana.id,)]
