import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pyotp
import pytest

from agency.foundation import clock
from tests import post
from tests.browsing import hidden, submit, visit
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD

PAGE = "/account/second-factor"
KEY = re.compile(r'data-copy="([A-Z2-7 ]+)"')
STEP_SECONDS = 30
TYPING_SECONDS = 4
CODE = re.compile(r"(?:[0-9a-z]{4}-){3}[0-9a-z]{4}")


class Phone:
    """An authenticator app and what it was told."""

    def __init__(self, seed):
        self.app = pyotp.TOTP(seed)

    def shows(self, *, steps=0):
        """A code that is not about to change, so that it is still that step's when it is typed."""
        left = STEP_SECONDS - clock.wall().timestamp() % STEP_SECONDS
        if left < TYPING_SECONDS:
            sleep(left)
        return self.app.at(clock.wall() + timedelta(seconds=30 * steps))


def read_seed(page):
    return KEY.search(page).group(1).replace(" ", "")


def recovery_codes(page):
    return sorted(set(CODE.findall(html.unescape(page))))


def switch_on(client):
    """The phone, and the recovery codes that were shown."""
    page = visit(client, PAGE).text
    phone = Phone(read_seed(page))
    answer = submit(client, PAGE, sealed=hidden(page, "sealed"), code=phone.shows(steps=-1))
    assert answer.status_code == 200
    return phone, recovery_codes(answer.text)


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(agency):
    return staff.person(agency, password=PASSWORD)


@pytest.fixture
def browser(app, ana):
    return staff.signed_in(app, ana)


@pytest.fixture
def half_in(app, browser):
    """A phone, recovery codes, and how to get a browser that has given the password but no code yet."""
    phone, codes = switch_on(browser)

    def begin():
        client = app.test_client()
        answer = submit(client, "/sign-in", email="ana@lumen.example", password=PASSWORD)
        assert answer.location == "/sign-in/code"
        return client

    return phone, codes, begin


class TestSettingItUp:
    def test_shows_ten_codes_once(self, browser):
        _phone, codes = switch_on(browser)

        assert len(codes) == 10
        assert recovery_codes(visit(browser, PAGE).text) == []

    def test_keeps_neither_seed_nor_codes_readable(self, browser, owner):
        phone, codes = switch_on(browser)
        kept = str(owner.execute("SELECT * FROM people, recovery_codes, audit_entries, outgoing_mails").fetchall())

        assert phone.app.secret not in kept
        assert not [code for code in codes if code.replace("-", "") in kept.replace("-", "")]

    def test_keeps_nothing_before_the_code_is_right(self, browser, owner):
        page = visit(browser, PAGE).text

        answer = submit(browser, PAGE, sealed=hidden(page, "sealed"), code="000000")

        assert answer.status_code == 422
        assert read_seed(answer.text) == read_seed(page)
        assert owner.execute("SELECT totp_seed FROM people").fetchone() == (None,)

    @pytest.mark.parametrize("sealed", ["", "not ours"])
    def test_refuses_a_seed_that_is_not_ours(self, browser, sealed):
        assert submit(browser, PAGE, sealed=sealed, code="123456").status_code == 422

    def test_refuses_the_seed_of_somebody_else(self, app, agency, browser):
        berta = staff.signed_in(app, staff.person(agency, email="berta@lumen.example"))
        theirs = visit(berta, PAGE).text
        code = Phone(read_seed(theirs)).shows()

        assert submit(browser, PAGE, sealed=hidden(theirs, "sealed"), code=code).status_code == 422

    def test_tells_the_person(self, browser, owner):
        switch_on(browser)

        assert "second factor" in post.letters(owner, "ana@lumen.example")[-1][1]


class TestSigningInWithIt:
    def test_lets_nobody_in_before_the_code(self, half_in):
        _phone, _codes, begin = half_in

        assert visit(begin(), "/account").location.startswith("/sign-in")

    def test_lets_in_by_the_code(self, half_in):
        phone, _codes, begin = half_in
        client = begin()

        assert submit(client, "/sign-in/code", code=phone.shows()).location == "/"
        assert visit(client, "/account").status_code == 200

    def test_keeps_the_page_that_was_asked_for(self, app, half_in):
        phone, _codes, _begin = half_in
        client = app.test_client()
        submit(client, "/sign-in?next=/account", email="ana@lumen.example", password=PASSWORD)

        assert submit(client, "/sign-in/code", code=phone.shows()).location == "/account"

    def test_takes_a_code_once(self, half_in):
        phone, _codes, begin = half_in
        code = phone.shows()
        submit(begin(), "/sign-in/code", code=code)

        answer = submit(begin(), "/sign-in/code", code=code)

        assert answer.status_code == 422
        assert 'id="code-field-error"' in answer.text

    def test_takes_a_code_once_from_two_at_once(self, half_in):
        phone, _codes, begin = half_in
        clients, code = [begin() for _number in range(4)], phone.shows()
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: submit(one, "/sign-in/code", code=code).status_code, clients))

        assert sorted(answers) == [302, 422, 422, 422]

    def test_takes_a_recovery_code_once_however_it_is_typed(self, half_in):
        _phone, codes, begin = half_in
        typed = codes[0].upper().replace("-", " ")

        assert submit(begin(), "/sign-in/code", code=typed).location == "/"
        assert submit(begin(), "/sign-in/code", code=typed).status_code == 422

    def test_waits_after_ten_wrong_codes_whatever_the_browser(self, half_in):
        _phone, _codes, begin = half_in
        answers = []
        for _browser in range(2):
            client = begin()
            answers += [submit(client, "/sign-in/code", code="000000").status_code for _number in range(6)]

        assert answers == [422] * 10 + [429] * 2

    def test_gives_up_after_ten_minutes(self, half_in, monkeypatch):
        phone, _codes, begin = half_in
        client = begin()
        moment = clock.wall() + timedelta(minutes=10, seconds=1)
        monkeypatch.setattr(clock, "wall", lambda: moment)

        assert submit(client, "/sign-in/code", page="/sign-in", code=phone.shows()).location == "/sign-in"

    def test_is_not_begun_without_a_password(self, client):
        assert visit(client, "/sign-in/code").location == "/sign-in"


class TestChangingIt:
    @pytest.mark.parametrize("page", ["codes", "remove"])
    def test_needs_the_password_or_a_code(self, browser, page):
        switch_on(browser)

        answer = submit(browser, f"{PAGE}/{page}", proof="not this password")

        assert answer.status_code == 422
        assert 'id="proof-field-error"' in answer.text

    def test_makes_new_codes_and_ends_the_old(self, half_in, browser):
        _phone, old, begin = half_in

        new = recovery_codes(submit(browser, f"{PAGE}/codes", proof=PASSWORD).text)

        assert len(new) == 10
        assert submit(begin(), "/sign-in/code", code=old[0]).status_code == 422
        assert submit(begin(), "/sign-in/code", code=new[0]).status_code == 302

    def test_removes_it_by_a_code(self, app, browser):
        phone, _codes = switch_on(browser)
        submit(browser, f"{PAGE}/remove", proof=phone.shows())

        client = app.test_client()
        assert submit(client, "/sign-in", email="ana@lumen.example", password=PASSWORD).location == "/"

    def test_makes_no_codes_where_there_is_none(self, browser):
        assert submit(browser, f"{PAGE}/codes", page=PAGE, proof=PASSWORD).location == PAGE


class TestAnAgencyThatDemandsIt:
    @pytest.fixture
    def strict(self, agency, owner):
        owner.execute("UPDATE agencies SET second_factor_required = true")
        return agency

    def test_sends_everybody_to_set_it_up(self, browser, strict):
        assert visit(browser, "/a/lumen-studio/team").location == PAGE
        assert "Your agency demands a second factor" in visit(browser, PAGE).text

    def test_opens_the_pages_right_after(self, browser, strict):
        switch_on(browser)

        assert visit(browser, "/a/lumen-studio/team").status_code == 200

    def test_lets_nobody_remove_it(self, browser, strict):
        switch_on(browser)

        answer = submit(browser, f"{PAGE}/remove", proof=PASSWORD)

        assert answer.status_code == 422
        assert "cannot be removed" in answer.text
