import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agency.foundation.problems import flatten
from agency.staff.roles import Role
from tests.factories import staff

BROWSER = {"Accept": "text/html"}
PROGRAM = {"Accept": "application/json"}
LINE_ENDS = re.compile("[\r\n]")  # No server lets them into a header.


class TestAPage:
    def test_says_what_happened_and_where_to_go(self, visitor):
        answer = visitor.get("/nowhere", headers=BROWSER)

        assert answer.status_code == 404
        assert "Page not found" in answer.text
        assert "There is nothing at this address." in answer.text
        assert 'href="/"' in answer.text

    def test_speaks_the_readers_language(self, visitor):
        answer = visitor.get("/nowhere", headers=BROWSER | {"Accept-Language": "es-MX"})

        assert '<html lang="es"' in answer.text
        assert "Página no encontrada" in answer.text

    def test_bears_the_agencys_name_for_its_people(self, ana):
        answer = ana.get("/a/somebody-else/trial", headers=BROWSER)

        assert answer.status_code == 404
        assert "Lumen Studio" in answer.text

    def test_says_when_a_role_is_too_small(self, platform, lumen):
        reader = staff.signed_in(platform, staff.person(lumen, role=Role.READ_ONLY))

        answer = reader.get(f"/a/{lumen.slug}/trial/managers", headers=BROWSER)

        assert answer.status_code == 403
        assert "Your role does not allow this." in answer.text

    def test_asks_to_send_a_stale_form_again(self, ana):
        answer = ana.post("/trial/form", data={"name": "Ana"}, headers=BROWSER)

        assert answer.status_code == 400
        assert "open for too long" in answer.text


class TestAProblem:
    def test_follows_rfc_9457(self, visitor):
        answer = visitor.get("/api/v1/nowhere", headers=PROGRAM)

        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
        assert answer.json == {
            "type": "http://localhost/api/docs#problem-not-found",
            "title": "There is nothing at this address.",
            "status": 404,
            "detail": "There is nothing at this address.",
            "code": "not-found",
            "errors": {},
            "request_id": answer.headers["X-Request-Id"],
        }

    def test_is_given_to_a_program_at_any_address(self, visitor):
        assert visitor.get("/nowhere", headers=PROGRAM).mimetype == "application/problem+json"

    def test_is_given_at_the_apis_addresses_to_anybody(self, visitor):
        assert visitor.get("/api/v1/nowhere", headers=BROWSER).mimetype == "application/problem+json"

    def test_names_the_scheme_when_nobody_is_known(self, visitor):
        answer = visitor.get("/api/v1/trial", headers=PROGRAM)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_names_the_methods_that_an_address_takes(self, visitor):
        answer = visitor.patch("/api/v1/trial", headers=PROGRAM)

        assert answer.status_code == 405
        assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))

    def test_stands_at_the_field(self, visitor, key):
        answer = visitor.post("/api/v1/trial", json={"note": "early"}, headers=key)

        assert answer.status_code == 409
        assert answer.json["code"] == "too-early"
        assert answer.json["errors"] == {"name": ["Too early for early."]}


class TestAFailure:
    @pytest.mark.parametrize("headers", [BROWSER, PROGRAM])
    def test_is_logged_and_not_shown(self, visitor, headers, caplog):
        answer = visitor.get("/trial/failure", headers=headers)

        assert answer.status_code == 500
        assert answer.headers["X-Request-Id"] in answer.text
        assert "secret" not in answer.text
        assert "the secret of the failure" in caplog.text
        assert answer.headers["X-Request-Id"] in caplog.text

    def test_of_the_database_asks_to_come_back(self, ana, key, database_away):
        page = ana.get("/trial", headers=BROWSER)
        problem = ana.get("/api/v1/trial", headers=key)

        assert (page.status_code, problem.status_code) == (503, 503)
        assert "Back in a moment" in page.text
        assert problem.json["code"] == "unavailable"
        assert problem.headers["Retry-After"] == "5"

    def test_of_a_connection_is_over_with_the_request(self, visitor):
        assert visitor.get("/trial/broken", headers=BROWSER).status_code == 503
        assert visitor.get("/trial/greeting", headers=BROWSER).status_code == 200


class TestFlatten:
    def test_names_a_field_within_a_field_by_dots(self):
        messages = {"name": ["a"], "tiers": {0: {"price": ["b"]}}, "_schema": "c"}

        assert flatten(messages) == {"name": ["a"], "tiers.0.price": ["b"], "_schema": ["c"]}

    def test_names_the_body_where_there_is_no_field(self):
        assert flatten(["wrong"]) == {"body": ["wrong"]}


class TestABadRequest:
    def test_with_too_large_a_form_is_refused(self, ana):
        form = "http://localhost/trial/form"

        answer = ana.post(form, data={"name": "a" * 3_000_000}, headers=BROWSER | {"Referer": form})

        assert answer.status_code == 413
        assert "Too large" in answer.text
        assert f'href="{form}"' in answer.text

    def test_with_too_many_parts_is_refused(self, ana):
        parts = {f"part{number}": "a" for number in range(1001)}

        answer = ana.post("/trial/form", data=parts, content_type="multipart/form-data", headers=BROWSER)

        assert answer.status_code == 413

    @pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "\xff"])
    def test_with_a_body_that_is_no_form_is_refused(self, ana, kind):
        answer = ana.post("/trial/form", data=b"\x00\xff--x\r\n\r\n", content_type=kind, headers=BROWSER)

        assert answer.status_code == 400

    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
    @given(
        path=st.text(max_size=30),
        query=st.binary(max_size=30),
        key=st.text(st.characters(codec="latin-1"), max_size=30),
    )
    def test_at_any_address_never_fails(self, built_trial, path, query, key):
        client = built_trial.test_client()
        headers = {"Authorization": f"Bearer {LINE_ENDS.sub('', key)}", "Accept": "application/json"}

        for address in (f"/trial/{quote(path)}", f"/api/v1/{quote(path)}", "/trial", "/api/v1/trial"):
            assert client.get(address, query_string=query.decode("latin-1"), headers=headers).status_code < 500
