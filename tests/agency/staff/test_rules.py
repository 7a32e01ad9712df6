from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from agency.staff.rules import accepted_step, browser_name, is_weak, local_path, plain_code

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestLocalPath:
    @pytest.mark.parametrize("text", ["/", "/a/lumen/team", "/s/sac_1/billing?tab=2", "/a?next=https://evil.example"])
    def test_keeps_pages_of_this_platform(self, text):
        assert local_path(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            None,
            "",
            "team",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "https://evil.example",
            "javascript:alert(1)",
            "//[",
        ],
    )
    def test_refuses_what_leads_elsewhere(self, text):
        assert local_path(text) is None


class TestAcceptedStep:
    def test_takes_the_code_of_now_and_of_the_neighbours(self):
        for seconds in (-30, 0, 30):
            code = pyotp.TOTP(SEED).at(NOON + timedelta(seconds=seconds))
            assert accepted_step(SEED, code, now=NOON, last=None) == (NOON.timestamp() + seconds) // 30

    def test_refuses_older_codes(self):
        code = pyotp.TOTP(SEED).at(NOON - timedelta(seconds=90))

        assert accepted_step(SEED, code, now=NOON, last=None) is None

    def test_refuses_a_step_accepted_before(self):
        code = pyotp.TOTP(SEED).at(NOON)
        step = accepted_step(SEED, code, now=NOON, last=None)

        assert accepted_step(SEED, code, now=NOON, last=step) is None

    @pytest.mark.parametrize("code", ["", "abc", "12345", "1234567", "١٢٣٤٥٦"])
    def test_refuses_what_is_no_code(self, code):
        assert accepted_step(SEED, plain_code(code), now=NOON, last=None) is None


class TestBrowserName:
    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari, iPhone"),
            ("curl/8", "?"),
        ],
    )
    def test_says_what_a_person_would(self, agent, name):
        assert browser_name(agent) == name


class TestIsWeak:
    @pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "abababababab", "Ana@Lumen.example"])
    def test_finds_what_anybody_tries_first(self, password):
        assert is_weak(password, email="ana@lumen.example")

    def test_lets_several_words_pass(self):
        assert not is_weak("correct horse battery", email="ana@lumen.example")
