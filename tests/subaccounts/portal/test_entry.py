"""The way in: mailed links and codes, once and within their day, and the same answer for everybody."""

import re

import pytest

from tests import post
from tests.browsing import submit, visit
from tests.factories import invoices, portal, tenants
from tests.factories.portal import GUARDIAN


@pytest.fixture
def stranger(app):
    return app.test_client()


@pytest.fixture
def welcomed(owner, grant):
    """The link of the welcome that a grant sends."""
    post.work(owner, "send_portal_link")
    return post.link(owner, GUARDIAN)


def ask(client, owner, address, email=GUARDIAN):
    answer = submit(client, f"{address}/sign-in", email=email)
    post.work(owner, "send_portal_link")
    return answer


def code(owner):
    return re.search(r"\d{4} \d{4}", post.letters(owner, GUARDIAN)[-1][1]).group()


def is_in(client, address) -> bool:
    return visit(client, f"{address}/account").status_code == 200


class TestTheWelcome:
    def test_registers_and_signs_in_at_one_press(self, stranger, address, welcomed, lucia):
        answer = submit(stranger, welcomed)

        assert answer.location == f"{address}/profiles"
        assert visit(stranger, answer.location).location == f"{address}/{lucia.public_id}/billing"

    def test_is_not_spent_by_being_opened(self, stranger, address, welcomed):
        for _opening in range(3):
            visit(stranger, welcomed)

        submit(stranger, welcomed)

        assert is_in(stranger, address)

    def test_works_once(self, app, stranger, address, welcomed):
        submit(stranger, welcomed)
        other = app.test_client()

        assert visit(other, welcomed).status_code == 410
        assert not is_in(other, address)

    def test_is_over_after_a_day(self, stranger, owner, address, welcomed):
        owner.execute("UPDATE portal_links SET expires_at = now() - interval '1 second'")

        assert visit(stranger, welcomed).status_code == 410

    def test_that_is_over_sends_a_fresh_one_at_one_press(self, stranger, owner, address, welcomed):
        owner.execute("UPDATE portal_links SET expires_at = now()")

        submit(stranger, f"{welcomed}/fresh", page=welcomed)
        post.work(owner, "send_portal_link")
        submit(stranger, post.link(owner, GUARDIAN))

        assert is_in(stranger, address)

    def test_of_another_portal_opens_nothing(self, app, stranger, agency, address, welcomed):
        other = portal.slug(tenants.sub_account(agency, name="Riverside Yoga"))

        answer = visit(stranger, welcomed.replace(address, f"/p/{other}"))

        assert answer.status_code == 410
        assert "/fresh" not in answer.text


class TestTheWayBack:
    def test_is_a_link_by_mail(self, stranger, owner, address, grant):
        answer = ask(stranger, owner, address)

        assert answer.location == f"{address}/check-your-email"
        submit(stranger, post.link(owner, GUARDIAN))
        assert is_in(stranger, address)

    def test_is_the_code_beside_it(self, stranger, owner, address, grant):
        ask(stranger, owner, address)

        submit(stranger, f"{address}/check-your-email", code=code(owner))

        assert is_in(stranger, address)

    def test_takes_a_code_once(self, app, stranger, owner, address, grant):
        ask(stranger, owner, address)
        typed = code(owner)
        submit(stranger, f"{address}/check-your-email", code=typed)
        other = app.test_client()
        submit(other, f"{address}/sign-in", email=GUARDIAN)

        assert submit(other, f"{address}/check-your-email", code=typed).status_code == 422

    def test_ends_a_code_after_five_wrong_ones(self, stranger, owner, address, grant):
        ask(stranger, owner, address)
        for _try in range(5):
            submit(stranger, f"{address}/check-your-email", code="0000 0000")

        answer = submit(stranger, f"{address}/check-your-email", code=code(owner))

        assert answer.status_code == 422
        assert not is_in(stranger, address)

    def test_is_answered_alike_for_an_unknown_address(self, app, owner, address, grant):
        known, unknown = app.test_client(), app.test_client()
        answers = [ask(known, owner, address), ask(unknown, owner, address, email="nobody@example.com")]
        pages = [visit(each, answers[0].location).text for each in (known, unknown)]

        assert answers[0].status == answers[1].status
        assert answers[0].location == answers[1].location
        assert plain(pages[0]).replace(GUARDIAN, "X") == plain(pages[1]).replace("nobody@example.com", "X")
        assert post.letters(owner, "nobody@example.com") == []

    def test_asks_for_patience_after_many_mails(self, stranger, owner, address, grant):
        for _ask in range(5):
            ask(stranger, owner, address)

        assert ask(stranger, owner, address).status_code == 429


def plain(page):
    """Without what differs for every page anyway."""
    return re.sub(r'(nonce|value|content)="[^"]*"', "", page)


class TestARequestForAccess:
    def test_waits_for_staff(self, stranger, owner, address, clinic):
        submit(stranger, f"{address}/new-client", name="Iris Paz", email="iris@example.com", note="Mother of Leo")
        submit(stranger, f"{address}/new-client", name="Iris Paz", email="iris@example.com", note="")

        rows = owner.execute("SELECT name, email, state FROM portal_access_requests").fetchall()

        assert rows == [("Iris Paz", "iris@example.com", "waiting")]


class TestASession:
    def test_is_not_one_at_another_portal(self, app, marta, address, agency):
        neighbour = tenants.sub_account(agency, name="Riverside Yoga")
        portal.granted(invoices.customer(neighbour))
        other = f"/p/{portal.slug(neighbour)}"
        with marta.session_transaction() as cookie:
            cookie["portals"] = cookie["portals"] | {other.removeprefix("/p/"): next(iter(cookie["portals"].values()))}

        assert is_in(marta, address)
        assert visit(marta, f"{other}/account").location == f"{other}/sign-in"

    def test_that_ended_leads_back_to_the_same_page(self, marta, owner, address, lucia):
        wanted = f"{address}/{lucia.public_id}/invoices"
        owner.execute("UPDATE portal_sessions SET ended_at = now()")

        assert visit(marta, wanted).location == f"{address}/sign-in"
        ask(marta, owner, address)
        assert submit(marta, post.link(owner, GUARDIAN)).location == wanted

    def test_can_be_ended_from_another_browser(self, app, marta, clinic, grant, address):
        other = portal.signed_in(app, grant, clinic)

        submit(marta, f"{address}/account/sign-ins/end-others", page=f"{address}/account/sign-ins")

        assert is_in(marta, address)
        assert not is_in(other, address)
