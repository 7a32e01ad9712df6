from urllib.parse import quote
from uuid import UUID

import pytest
from flask import url_for

from agency.foundation import ids

SAMPLE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class TestAnIdInAnAddress:
    def test_reaches_the_view_as_what_it_is(self, visitor):
        assert visitor.get(f"/trial/{ids.encode('sac', SAMPLE)}").text == str(SAMPLE)

    @pytest.mark.parametrize(
        "text", [str(SAMPLE), ids.encode("cus", SAMPLE), "sac_", "sac_0", ids.encode("sac", SAMPLE).upper(), "sac_\x00"]
    )
    def test_that_is_malformed_is_no_address(self, visitor, text):
        assert visitor.get(f"/trial/{quote(text)}").status_code == 404

    def test_is_written_from_either_form(self, platform):
        with platform.test_request_context():
            built = {
                url_for("trial_outside.name_id", sub_account_id=each) for each in (SAMPLE, ids.encode("sac", SAMPLE))
            }

        assert built == {f"/trial/{ids.encode('sac', SAMPLE)}"}
