import pytest

from agency.staff.passwords import is_broken
from tests.browsing import submit
from tests.factories import staff, tenants


class TestIsBroken:
    @pytest.mark.parametrize(
        "password",
        ["1qaz2wsx3edc", "JustinBieber", "Password1234!", "passwordpassword", "2026 iloveyou", "dragondragon1"],
    )
    def test_knows_what_was_stolen_and_what_people_make_of_it(self, password):
        assert is_broken(password)

    @pytest.mark.parametrize("password", ["correct horse battery", "dragon 8204417730", "kw3-vUnd-ojr2"])
    def test_lets_pass_what_nobody_else_has(self, password):
        assert not is_broken(password)


class TestChangingIt:
    @pytest.mark.parametrize(
        ("locale", "said"), [("en", "is in lists of stolen ones"), ("es", "está en listas de contraseñas robadas")]
    )
    def test_to_a_stolen_one_is_refused_at_its_field(self, app, locale, said):
        browser = staff.signed_in(app, staff.person(tenants.agency(), locale=locale))

        answer = submit(browser, "/account/password", new_password="Password1234!", current_password=staff.PASSWORD)

        assert answer.status_code == 422
        assert said in answer.text
