import pytest

from tests.browsing import submit, visit
from tests.factories import staff, usage

MEMBER = "usage/member?reference=ana"


@pytest.mark.parametrize("place", ["console", "panel"])
class TestTheNameOfAMember:
    def test_is_given_at_a_page_and_shown_with_its_usage(self, app, agency, of, place):
        usage.used(of, usage.event(of, member="ana"))
        usage.rated(of)
        person = staff.signed_in(app, staff.person(agency, at=of if place == "panel" else None))
        base = f"/s/{of.public_id}/billing" if place == "panel" else f"/a/{agency.slug}/sub-accounts/{of.public_id}"

        answer = submit(person, f"{base}/{MEMBER}", name="Ana Ruiz", department="Reception")

        assert answer.status_code == 302
        assert "Ana Ruiz" in visit(person, answer.location).text
