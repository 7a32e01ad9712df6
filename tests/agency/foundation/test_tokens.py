from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.tokens import Token

AGENCY = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class TestToken:
    def test_names_its_agency_and_is_read_back(self):
        token = Token.issue(AGENCY)

        assert Token.read(str(token)) == token
        assert Token.read(str(token)).agency_id == AGENCY

    def test_is_another_each_time(self):
        assert len({str(Token.issue(AGENCY)) for _ in range(100)}) == 100

    def test_is_long_enough_not_to_be_guessed(self):
        assert len(Token.issue(AGENCY).secret) == 43

    def test_is_kept_as_a_hash_that_covers_the_agency(self):
        token = Token.issue(AGENCY)

        assert len(token.digest) == 32
        assert token.secret.encode() not in token.digest
        assert Token(UUID(int=1), token.secret).digest != token.digest

    @pytest.mark.parametrize("text", ["", ".", "abc", "abc.def", f"{'0' * 26}", f"{'0' * 26}.", f"{AGENCY}.secret"])
    def test_is_nothing_else(self, text):
        assert Token.read(text) is None

    @given(st.text())
    def test_is_read_without_failing(self, text):
        token = Token.read(text)

        assert token is None or str(token) == text
