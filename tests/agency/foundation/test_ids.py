from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation import ids

SAMPLE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class TestNewId:
    def test_sorts_by_time(self):
        made = [ids.new_id() for _ in range(1000)]

        assert made == sorted(made)
        assert {each.version for each in made} == {7}
        assert len(set(made)) == 1000


class TestEncode:
    def test_says_what_it_names(self):
        assert ids.encode("inv", SAMPLE) == "inv_01h455vb4pex5vsknk084sn02q"  # The sample of the TypeID specification.

    @given(st.uuids(), st.sampled_from(["inv", "sub", "sac"]))
    def test_comes_back_as_it_went(self, value, prefix):
        assert ids.decode(prefix, ids.encode(prefix, value)) == value

    @given(st.lists(st.uuids(), min_size=2))
    def test_keeps_the_order(self, values):
        assert [ids.encode_bare(value) for value in sorted(values)] == sorted(map(ids.encode_bare, values))


class TestDecode:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "inv",
            "inv_",
            "_" + ids.encode_bare(SAMPLE),
            ids.encode_bare(SAMPLE),
            ids.encode("sub", SAMPLE),
            ids.encode("inv", SAMPLE) + "0",
            ids.encode("inv", SAMPLE)[:-1],
            ids.encode("inv", SAMPLE).upper(),
            "inv_" + "8" + "0" * 25,
            "inv_" + "u" * 26,
            "inv_" + "é" * 26,
            "inv_0" + "٣" * 25,
        ],
    )
    def test_refuses_everything_else(self, text):
        with pytest.raises(ids.MalformedId):
            ids.decode("inv", text)

    @given(st.text())
    def test_refuses_or_finds_the_only_spelling(self, text):
        try:
            value = ids.decode_bare(text)
        except ids.MalformedId:
            return

        assert ids.encode_bare(value) == text
