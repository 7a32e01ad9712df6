"""Every page of the portal x everybody who is not this customer's: strangers, other profiles, spoilt sessions."""

import pytest

from agency.foundation.access.blueprints import PORTAL, PROFILE
from tests.walls import portals
from tests.walls.test_matrix import assert_refused

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walls")]
SPOILT = {
    "expired": "UPDATE portal_sessions SET expires_at = now() WHERE id = %s",
    "ended": "UPDATE portal_sessions SET ended_at = now() WHERE id = %s",
}


def outside_the_portal(audience, *_) -> bool:
    return audience not in {PORTAL, PROFILE}


def not_anothers(audience, rule, *_) -> bool:
    """One's own account is open to whoever is signed in to the portal; what it names must be theirs."""
    return outside_the_portal(audience) or (audience == PORTAL and rule.arguments == {"portal"})


@pytest.mark.parametrize("name", ["stranger", "owner of the agency", "owner of the sub-account"])
def test_who_is_not_signed_in_to_it_finds_nothing(built_app, walled, fingerprint, name):
    home, _other, visitors = walled

    assert_refused(built_app, visitors[name], home, fingerprint, outside_the_portal)


def test_somebody_with_another_profile_finds_nothing(built_app, walled, fingerprint):
    home, *_ = walled
    neighbour = portals.visitor(built_app, "another profile", home, at=home.sub_account)

    assert_refused(built_app, neighbour, home, fingerprint, not_anothers, secret="Quetzal Studio Patient")


@pytest.mark.parametrize("where", ["another portal", "another agency"])
def test_a_session_of_elsewhere_finds_nothing(built_app, walled, fingerprint, where):
    home, other, _visitors = walled
    at = home.neighbour if where == "another portal" else other.sub_account
    guest = portals.visitor(built_app, f"guest of {where}", home, at=at)

    assert_refused(built_app, guest, home, fingerprint, outside_the_portal)


@pytest.mark.parametrize("spoil", ["expired", "ended", "forged"])
def test_a_spoilt_session_finds_nothing(built_app, walled, owner, fingerprint, spoil):
    home, *_ = walled
    late = portals.visitor(built_app, f"{spoil} session", home, at=home.sub_account, spoil=spoil)
    if spoil in SPOILT:
        newest = owner.execute("SELECT id FROM portal_sessions ORDER BY id DESC LIMIT 1").fetchone()
        owner.execute(SPOILT[spoil], newest)

    assert_refused(built_app, late, home, fingerprint, outside_the_portal)
