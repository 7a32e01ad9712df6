import re

import pytest


def policy(answer):
    return answer.headers["Content-Security-Policy"]


class TestEveryAnswer:
    @pytest.mark.parametrize("address", ["/trial/greeting", "/nowhere", "/trial/failure", "/api/v1/nowhere"])
    def test_keeps_the_browser_strict(self, visitor, address):
        headers = visitor.get(address).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]

    def test_has_a_name_of_its_own(self, visitor):
        names = {visitor.get("/trial/greeting").headers["X-Request-Id"] for _ in range(3)}

        assert len(names) == 3
        assert all(name.startswith("req_") for name in names)

    def test_demands_https_only_where_it_is_served(self, visitor):
        assert "Strict-Transport-Security" not in visitor.get("/trial/greeting").headers


class TestScripts:
    def test_run_by_a_nonce_that_no_other_page_has(self, visitor):
        pages = [visitor.get("/nowhere", headers={"Accept": "text/html"}) for _ in range(2)]

        nonces = [set(re.findall(r'nonce="([^"]+)"', page.text)) for page in pages]
        assert all(len(found) == 1 for found in nonces)
        assert nonces[0] != nonces[1]
        assert all(f"'nonce-{found.pop()}'" in policy(page) for found, page in zip(nonces, pages, strict=True))

    def test_of_the_card_form_come_from_its_origin_alone(self, visitor, settings):
        origin = settings.stripe_js_url.removesuffix("/v3/")

        assert f"frame-src 'self' {origin};" in policy(visitor.get("/trial/greeting"))


class TestTheHost:
    @pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
    def test_of_the_platform_is_served(self, visitor, host):
        assert visitor.get("/trial/greeting", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host", ["evil.example", "localhost.evil.example", "evil.example:80", "a b", "localhost:x"]
    )
    def test_of_a_stranger_is_refused(self, visitor, host):
        page = visitor.get("/trial/greeting", headers={"Host": host, "Accept": "text/html"})
        problem = visitor.get("/api/v1/trial", headers={"Host": host, "Accept": "application/json"})

        assert (page.status_code, problem.status_code) == (400, 400)
        assert "evil" not in page.text + problem.text
