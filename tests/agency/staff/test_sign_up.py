from dataclasses import replace

import pytest

from tests import post
from tests.browsing import submit, visit
from tests.factories import tenants

WISH = {
    "agency_name": "Norte Digital",
    "country": "MX",
    "currency": "MXN",
    "time_zone": "America/Mexico_City",
    "name": "Olga Sanz",
    "email": "olga@norte.example",
}
PASSWORD = {"new_password": "a wholly new password"}


@pytest.fixture
def allowed(app):
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, sign_up_allowed=True)
    yield
    app.extensions["settings"] = settings


@pytest.fixture
def mailed(client, allowed, owner):
    """Sign up, and the link that came by mail."""

    def sign_up():
        submit(client, "/sign-up", **WISH)
        post.work(owner, "send_link")
        return post.link(owner, WISH["email"])

    return sign_up


class TestSigningUp:
    def test_opens_an_agency_whose_owner_comes_in_by_the_mailed_link(self, client, owner, mailed):
        link = mailed()
        assert visit(client, "/").location.startswith("/sign-in")

        assert submit(client, link, **PASSWORD).location == "/"

        assert visit(client, "/").location.startswith("/a/norte-digital")
        assert owner.execute("SELECT role, sub_account_id FROM memberships").fetchall() == [("owner", None)]

    def test_lets_nobody_in_by_the_same_link_twice(self, client, mailed):
        link = mailed()
        submit(client, link, **PASSWORD)

        assert visit(client, link).status_code == 410

    def test_takes_another_address_where_the_name_is_taken(self, client, mailed):
        tenants.agency(name="Norte Digital")
        submit(client, mailed(), **PASSWORD)

        assert visit(client, "/").location.startswith("/a/norte-digital-")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("agency_name", ""),
            ("country", "Mexico"),
            ("currency", "XXX"),
            ("time_zone", "Mars/Olympus"),
            ("name", ""),
            ("email", "olga"),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, client, allowed, owner, field, value):
        answer = submit(client, "/sign-up", **(WISH | {field: value}))

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text
        assert owner.execute("SELECT count(*) FROM tenant_roots").fetchone() == (0,)

    def test_is_nowhere_unless_the_operator_allows_it(self, client, app):
        assert visit(client, "/sign-up").status_code == 404
        assert "/sign-up" not in visit(client, "/sign-in").text

    def test_is_offered_where_it_is_allowed(self, client, allowed):
        assert "/sign-up" in visit(client, "/sign-in").text
