from datetime import timedelta

import pytest

from agency.staff.roles import Role
from tests import browsing
from tests.factories import wallet

DAY = timedelta(days=1)


@pytest.fixture
def lived(inside, client_account, now):
    """$50.00 bought, $5.00 given, $1.00 spent on each of the last ten days, $2.00 reserved."""
    with inside():
        wallet.topped_up(client_account, "50.00", now=now - 20 * DAY)
        wallet.granted(client_account, "5.00", now=now - 20 * DAY, description="Welcome")
        for day in range(10, 0, -1):
            wallet.spent(client_account, "1.00", now=now - day * DAY, description="Messages")
        wallet.held(client_account, "2.00", now=now)


class TestTheWallet:
    @pytest.mark.parametrize("role", [Role.OWNER, Role.BILLING, Role.VIEWER])
    def test_shows_every_role_the_same_figures(self, lived, visitor, panel, role):
        shown = browsing.visit(visitor(role), panel).text

        assert all(figure in shown for figure in ("$45.00", "\u2212$2.00", "$43.00"))

    def test_shows_the_agency_the_same_figures(self, lived, staff_member, desk):
        shown = browsing.visit(staff_member, desk).text

        assert all(figure in shown for figure in ("$45.00", "\u2212$2.00", "$43.00"))

    def test_says_how_long_it_lasts_and_which_threshold_would_do(self, lived, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, panel).text

        assert "at the present pace (4" in shown
        assert "a threshold of $3.00" in shown

    def test_says_what_is_owed(self, inside, client_account, owner_of_panel, panel):
        with inside():
            wallet.spent(client_account, "7.25")

        shown = browsing.visit(owner_of_panel, panel).text

        assert "$7.25 is owed" in shown
        assert "Nothing was spent in the last 30 days." in shown

    def test_offers_a_viewer_nothing_to_press(self, lived, visitor, panel):
        shown = browsing.visit(visitor(Role.VIEWER), panel).text

        assert "Add funds" not in shown
        assert "Set up" not in shown

    def test_says_that_nothing_has_moved_yet(self, owner_of_panel, panel):
        assert "Nothing has moved yet" in browsing.visit(owner_of_panel, panel).text


class TestTheRooms:
    def test_list_lots_with_what_is_left(self, lived, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, f"{panel}/credit").text

        assert "Welcome" in shown
        assert "Used up" in shown
        assert "$45.00" in shown

    def test_list_what_is_reserved(self, lived, owner_of_panel, panel):
        assert "$2.00" in browsing.visit(owner_of_panel, f"{panel}/reservations").text

    def test_keep_their_address_from_strangers(self, lived, agency, visitor, panel, desk):
        outsider = visitor(Role.READ_ONLY, at=None)

        assert browsing.visit(outsider, panel).status_code == 404
        assert browsing.visit(visitor(Role.OWNER), desk).status_code == 404


class TestTheOverview:
    def test_of_the_panel_begins_with_the_wallet(self, lived, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, panel.removesuffix("wallet")).text

        assert "lasts about 4" in shown
        assert "Last purchases" in shown
        assert "Spent in the last 30 days" in shown

    @pytest.mark.usefixtures("lived")
    def test_counts_no_days_beyond_a_year(self, inside, client_account, owner_of_panel, panel, now):
        with inside():
            wallet.topped_up(client_account, "5000.00", now=now - DAY)

        shown = browsing.visit(owner_of_panel, panel.removesuffix("wallet")).text

        assert "lasts more than a year" in shown

    def test_of_the_console_counts_wallets_at_risk(self, inside, client_account, staff_member, agency):
        with inside():
            wallet.spent(client_account, "7.25")

        shown = browsing.visit(staff_member, f"/a/{agency.slug}/").text

        assert "Owes: 1" in shown
