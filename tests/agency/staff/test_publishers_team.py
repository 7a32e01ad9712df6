"""A publisher's people: invited by mail into a publisher's roles, and into no agency's."""

import re

import pytest

from agency.staff.roles import Role
from tests import post
from tests.browsing import submit, visit
from tests.factories import marketplace, staff

HOME = "/a/paginia"
TEAM = f"{HOME}/team"
NICO = "nico@paginia.example"
NEW = {"name": "Nico Vera", "new_password": "a wholly new password"}


@pytest.fixture
def publisher(app):
    return marketplace.publisher()


@pytest.fixture
def paula(app, publisher):
    person = staff.person(publisher, email="paula@paginia.example", role=Role.PUBLISHER)
    return staff.signed_in(app, person)


@pytest.fixture
def joined(app, paula, owner):
    """Somebody who was invited, and has come in."""

    def joins(role):
        assert submit(paula, f"{TEAM}/invite", email=NICO, role=role).status_code == 302
        browser = app.test_client()
        assert submit(browser, post.link(owner, NICO), **NEW).status_code == 302
        return browser

    return joins


class TestInviting:
    def test_brings_a_developer_to_the_apps(self, joined):
        browser = joined("developer")

        assert browser.get(f"{HOME}/publisher/apps/new").status_code == 200
        assert visit(browser, TEAM).status_code == 200
        assert browser.get(f"{TEAM}/invite").status_code == 403

    def test_lets_accounting_read_what_apps_earn_and_change_nothing(self, joined):
        browser = joined("accounting")

        assert browser.get(f"{HOME}/publisher/revenue").status_code == 200
        assert "Add an app" not in visit(browser, f"{HOME}/publisher").text
        assert browser.get(f"{HOME}/publisher/apps/new").status_code == 403

    @pytest.mark.parametrize("role", ["owner", "admin", "read_only"])
    def test_offers_no_role_of_an_agency(self, paula, role):
        refused = submit(paula, f"{TEAM}/invite", email=NICO, role=role)

        assert refused.status_code == 422
        assert "There is no such role here" in refused.text


class TestThePublisher:
    def test_arrives_at_its_apps(self, paula):
        assert paula.get("/").location.endswith("/publisher")

    def test_makes_keys_for_its_apps_alone(self, paula):
        keys = visit(paula, f"{HOME}/developers/api-keys").text
        form = visit(paula, f"{HOME}/developers/api-keys/new").text

        offered = re.findall(r'name="scopes" type="checkbox" value="([^"]+)"', form)

        assert "For a sub-account" not in keys
        assert "all its sub-accounts" not in form
        assert offered == [
            "apps.read",
            "apps.publish",
            "earnings.read",
            "team.read",
            "keys.manage",
            "webhooks.manage",
            "audit.read",
        ]

    def test_is_the_last_to_leave(self, paula):
        membership = visit(paula, TEAM).text.split(f"{TEAM}/mem_")[1].split('"')[0]

        refused = submit(paula, f"{TEAM}/mem_{membership}", role="developer")

        assert "This is the only owner" in refused.text
