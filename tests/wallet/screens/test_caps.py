import re
from datetime import timedelta

import pytest

from agency.foundation import clock
from tests import browsing, post
from tests.factories import funds, plans, tenants, wallet
from wallet.credits.operations.debits import charge, debit


@pytest.fixture
def product(agency):
    return plans.product(agency, name="Messages")


@pytest.fixture
def capped(owner_of_panel, panel, product):
    """A hard cap of $5.00 a day."""
    wish = {"product": product.public_id, "limit": "5.00", "period": "day", "kind": "hard"}
    return browsing.submit(owner_of_panel, f"{panel}/caps/new", **wish)


@pytest.fixture
def full(inside, client_account, now):
    with inside():
        wallet.topped_up(client_account, "50.00", now=now - timedelta(days=30))


class TestSettingACap:
    @pytest.mark.usefixtures("capped", "full")
    def test_shows_it_with_what_was_taken(self, inside, client_account, product, owner_of_panel, panel):
        with inside():
            charge(wallet.wish(client_account, "2.25", product_id=product.id), now=clock.now())

        page = browsing.visit(owner_of_panel, f"{panel}/caps").text

        assert [word in page for word in ("Messages", "$2.25", "$5.00", "Tells and stops")] == [True] * 4

    def test_names_what_is_missing_at_its_field(self, owner_of_panel, panel):
        answer = browsing.submit(owner_of_panel, f"{panel}/caps/new", product="prd_x", limit="0", period="day")

        assert answer.status_code == 422
        assert [word in answer.text for word in ("more than zero", "Choose one.")] == [True] * 2

    def test_knows_the_products_of_its_agency_alone(self, owner_of_panel, panel):
        foreign = plans.product(tenants.agency(name="Other"), name="Theirs")
        wish = {"product": foreign.public_id, "limit": "5", "period": "day", "kind": "soft"}

        answer = browsing.submit(owner_of_panel, f"{panel}/caps/new", **wish)

        assert answer.status_code == 422
        assert "Choose one from the list." in answer.text


@pytest.mark.usefixtures("capped", "full")
class TestReachingACap:
    def test_tells_everybody_once(self, owner, inside, client_account, product):
        for _ in range(3):
            with inside():
                debit([wallet.wish(client_account, "2.60", product_id=product.id)], now=clock.now())
        post.work(owner, "tell_of_crossed")

        assert funds.mails(owner) == ["cap_crossed"]
        [(subject, text)] = owner.execute("SELECT subject, text FROM outgoing_mails").fetchall()
        assert subject == "Messages has reached its spending cap"
        assert "$5.20" in text

    def test_is_written_beside_the_cap(self, inside, client_account, product, owner_of_panel, panel):
        before = browsing.visit(owner_of_panel, f"{panel}/caps").text
        with inside():
            debit([wallet.wish(client_account, "5.20", product_id=product.id)], now=clock.now())

        assert "Reached" not in before
        assert "Reached" in browsing.visit(owner_of_panel, f"{panel}/caps").text


@pytest.mark.usefixtures("capped")
class TestRemovingACap:
    def test_lets_the_product_take_what_there_is(self, owner_of_panel, panel):
        page = f"{panel}/caps"
        cap_id = re.search(r"caps/(cap_\w+)/remove", browsing.visit(owner_of_panel, page).text).group(1)

        browsing.submit(owner_of_panel, f"{page}/{cap_id}/remove", page=page)

        assert "No caps are set" in browsing.visit(owner_of_panel, page).text
