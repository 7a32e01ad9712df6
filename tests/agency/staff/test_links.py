import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.tokens import Token
from tests import post
from tests.browsing import submit, token, visit
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD

ANA = "ana@lumen.example"


@pytest.fixture
def ana(app):
    return staff.person(tenants.agency(), email=ANA, password=PASSWORD)


@pytest.fixture
def ask(client, owner):
    """Ask for a link and open the mailbox."""

    def asked(at="/sign-in/link", email=ANA):
        submit(client, at, email=email)
        post.work(owner, "send_link")
        return post.link(owner, email)

    return asked


def words(page):
    """What a person reads."""
    return re.sub(r"<[^>]*>", "", page)


def later(monkeypatch, **time):
    moment = clock.wall() + timedelta(**time)
    monkeypatch.setattr(clock, "wall", lambda: moment)


class TestAskingForALink:
    def test_answers_known_and_unknown_addresses_alike(self, client, ana, owner):
        known = submit(client, "/sign-in/link", email=ANA)
        unknown = submit(client, "/sign-in/link", email="nobody@lumen.example")

        assert known.status_code == unknown.status_code == 200
        assert words(known.text).replace(ANA, "x") == words(unknown.text).replace("nobody@lumen.example", "x")
        assert len(owner.execute("SELECT FROM jobs WHERE name LIKE '%send_link'").fetchall()) == 1

    def test_mails_in_the_language_of_the_receiver(self, app, client, owner):
        staff.person(tenants.agency(), email=ANA, locale="es")
        submit(client, "/sign-in/link", email=ANA)
        post.work(owner, "send_link")

        assert post.letters(owner, ANA)[0][0] == "Inicia sesión en Lumen Studio"

    def test_mails_from_each_agency_that_knows_the_address(self, client, ana, owner):
        staff.person(tenants.agency(name="Norte Digital"), email=ANA)
        submit(client, "/sign-in/link", email=ANA)
        post.work(owner, "send_link")

        subjects = {subject for subject, _text in post.letters(owner, ANA)}
        assert subjects == {"Sign in to Lumen Studio", "Sign in to Norte Digital"}

    def test_mails_once_though_the_job_runs_twice(self, client, ana, owner, ask):
        ask()
        owner.execute("UPDATE jobs SET state = 'waiting' WHERE name LIKE '%send_link'")
        post.work(owner, "send_link")

        assert len(post.letters(owner, ANA)) == 1

    def test_says_at_the_field_what_is_no_address(self, client, app):
        answer = submit(client, "/sign-in/link", email="ana")

        assert answer.status_code == 422
        assert 'id="email-field-error"' in answer.text

    def test_waits_after_five_for_one_address(self, app, ana):
        answers = [submit(app.test_client(), "/sign-in/link", email=ANA).status_code for _number in range(6)]

        assert answers == [200] * 5 + [429]

    def test_never_trusts_the_host_that_was_asked(self, client, ana, owner):
        form = {"csrf_token": token(client, "/sign-in/link"), "email": ANA}
        client.post("/sign-in/link", data=form, headers={"X-Forwarded-Host": "evil.example"})
        post.work(owner, "send_link")

        assert "evil.example" not in post.letters(owner, ANA)[0][1]


class TestTheLink:
    def test_signs_in_by_the_button(self, client, ana, ask):
        assert submit(client, ask()).location == "/"
        assert visit(client, "/").location.startswith("/a/lumen-studio/")

    def test_is_not_spent_by_opening_it(self, app, client, ana, ask):
        link = ask()
        for _scanner in range(3):
            assert "Sign in" in visit(app.test_client(), link).text

        assert submit(client, link).status_code == 302

    def test_works_once(self, app, client, ana, ask):
        link = ask()
        submit(client, link)

        answer = visit(app.test_client(), link)

        assert answer.status_code == 410
        assert "Send me a fresh link" in answer.text

    def test_works_once_for_two_at_once(self, app, ana, ask, owner):
        link = ask()
        clients = [app.test_client() for _number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: submit(one, link).status_code, clients))

        assert sorted(answers) == [302, 410, 410, 410]
        assert owner.execute("SELECT count(*) FROM sign_ins").fetchone() == (1,)

    def test_spends_the_others_of_its_kind(self, app, client, ana, ask):
        first, second = ask(), ask()
        submit(client, second)

        assert visit(app.test_client(), first).status_code == 410

    def test_is_over_after_a_day(self, client, ana, ask, monkeypatch):
        link = ask()
        later(monkeypatch, hours=24, seconds=1)

        assert visit(client, link).status_code == 410

    def test_brings_a_fresh_one_by_one_press_when_over(self, app, client, ana, ask, owner):
        link = ask()
        submit(client, link)
        again = app.test_client()

        answer = submit(again, f"{link}/fresh", page=link)
        post.work(owner, "send_link")

        assert answer.status_code == 200
        assert ANA not in answer.text
        assert submit(again, post.link(owner, ANA)).location == "/"

    def test_of_a_stranger_brings_nothing(self, client, ana, owner):
        forged = Token.issue(ana.agency_id)

        for path in (f"/sign-in/link/{forged}", f"/password/new/{forged}", "/sign-in/link/x", "/password/new/x.y"):
            assert visit(client, path).status_code == 404
        assert submit(client, f"/sign-in/link/{forged}/fresh", page="/sign-in").status_code == 404
        assert owner.execute("SELECT count(*) FROM jobs").fetchone() == (0,)

    def test_sets_no_password(self, client, ana, ask):
        secret = ask().rpartition("/")[2]

        assert visit(client, f"/password/new/{secret}").status_code == 404

    def test_of_another_agency_is_none_here(self, client, ana, ask):
        other = tenants.agency(name="Norte Digital")
        secret = ask().rpartition(".")[2]

        assert visit(client, f"/sign-in/link/{Token(other.id, secret)}").status_code == 404


class TestSettingAPassword:
    @pytest.fixture
    def link(self, ana, ask):
        return ask(at="/password/forgotten")

    def test_signs_in_with_it(self, client, link):
        assert submit(client, link, new_password="a wholly new password").location == "/"

        fresh = client.application.test_client()
        assert submit(fresh, "/sign-in", email=ANA, password="a wholly new password").location == "/"

    def test_ends_every_other_sign_in(self, app, client, ana, link):
        thief = staff.signed_in(app, ana)
        submit(client, link, new_password="a wholly new password")

        assert visit(thief, "/account").location.startswith("/sign-in")

    def test_tells_the_person(self, client, link, owner):
        submit(client, link, new_password="a wholly new password")

        assert post.letters(owner, ANA)[-1][0] == "Your account at Lumen Studio was changed"

    @pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaa", ANA, "x" * 129])
    def test_refuses_a_bad_one_and_stays_good(self, client, link, password):
        answer = submit(client, link, new_password=password)

        assert answer.status_code == 422
        assert 'id="new_password-field-error"' in answer.text
        assert submit(client, link, new_password="a wholly new password").status_code == 302

    def test_is_over_after_an_hour(self, client, link, monkeypatch):
        later(monkeypatch, hours=1, seconds=1)

        assert submit(client, link, page="/sign-in", new_password="a wholly new password").status_code == 410

    def test_still_asks_for_the_second_factor(self, client, ana, link, owner):
        owner.execute("UPDATE people SET totp_confirmed_at = now(), totp_seed = 'x'")

        assert submit(client, link, new_password="a wholly new password").location == "/sign-in/code"
