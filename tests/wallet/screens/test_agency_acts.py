from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency.staff.roles import Role
from tests import browsing
from tests.factories import cards, funds, tenants, wallet
from wallet.credits.queries import wallet_of
from wallet.recharge.models import PauseReason
from wallet.recharge.operations.pauses import pause

ACTS = ("grant", "debit", "refund", "limits", "recharge/resume")


def request_id(browser, address):
    return browsing.hidden(browsing.visit(browser, address).text, "request")


def sent(browser, address, **fields):
    return browsing.submit(browser, address, request=request_id(browser, address), **fields)


@pytest.fixture
def balance(inside, client_account):
    """What the wallet holds now."""

    def read():
        with inside():
            return wallet.balance(client_account)

    return read


@pytest.fixture
def funded(stripe, client_account, now):
    """$25.00 from a card."""
    cards.card(client_account, now=now)
    return funds.added(client_account, "25.00", now=now)


@pytest.fixture
def paused(funded, client_account, inside, now):
    funds.rule(client_account, now=now)
    with inside():
        pause(wallet_of(client_account), PauseReason.REFUSED, now=now)


class TestTheAgencysActs:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.READ_ONLY])
    def test_are_not_for_those_who_only_look(self, visitor, desk, act, role):
        assert browsing.visit(visitor(role, at=None), f"{desk}/{act}").status_code == 403

    @pytest.mark.parametrize("act", ACTS)
    def test_are_not_in_the_panel(self, owner_of_panel, panel, act):
        assert browsing.visit(owner_of_panel, f"{panel}/{act}").status_code == 404


class TestGiving:
    def test_gives_credit_once_however_often_it_is_sent(self, balance, staff_member, desk):
        address = f"{desk}/grant"
        fields = {"amount": "12.50", "reason": "Sorry", "how": "once", "request": request_id(staff_member, address)}

        for _press in range(2):
            browsing.submit(staff_member, address, **fields)

        assert balance() == "12.50 USD"

    def test_gives_until_the_end_of_a_local_day(self, staff_member, desk, now):
        day = (now + timedelta(days=30)).date()

        sent(staff_member, f"{desk}/grant", amount="5", reason="Trial", expires_on=day.isoformat())

        assert "Trial" in browsing.visit(staff_member, f"{desk}/credit").text

    def test_gives_every_month_until_it_is_ended(self, balance, staff_member, desk):
        sent(staff_member, f"{desk}/grant", amount="5", reason="Courtesy", how="monthly", unused="rolls_over")
        page = browsing.visit(staff_member, f"{desk}/grant").text
        [ending] = {part.split('"')[0] for part in page.split('action="')[1:] if "/monthly-credit/" in part}

        answer = browsing.submit(staff_member, ending, page=f"{desk}/grant")

        assert answer.status_code == 302
        assert "Ended" in browsing.visit(staff_member, f"{desk}/grant").text
        assert balance() == "5.00 USD"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"amount": "-5"}, "Write an amount such as 25.50."),
            ({"reason": " "}, "This field is needed."),
            ({"expires_on": "2020-01-01"}, "The credit would expire in the past."),
            ({"expires_on": "soon"}, "Write a date such as 2026-03-31."),
        ],
    )
    def test_says_what_is_wrong_and_gives_nothing(self, balance, staff_member, desk, wrong, said):
        page = sent(staff_member, f"{desk}/grant", **{"amount": "5", "reason": "Sorry"} | wrong)

        assert page.status_code == 422
        assert said in page.text
        assert balance() == "0.00 USD"


class TestTaking:
    def test_takes_credit_once_with_its_reason(self, funded, balance, staff_member, desk):
        address = f"{desk}/debit"
        fields = {"amount": "7.50", "reason": "Printed flyers", "request": request_id(staff_member, address)}

        for _press in range(2):
            browsing.submit(staff_member, address, **fields)

        assert "Printed flyers" in browsing.visit(staff_member, f"{desk}/transactions").text
        assert balance() == "17.50 USD"

    def test_leaves_a_closed_sub_account_alone(self, balance, client_account, staff_member, desk):
        funds.closed(client_account)

        page = sent(staff_member, f"{desk}/debit", amount="5", reason="Late fee")

        assert page.status_code == 422
        assert balance() == "0.00 USD"


class TestRefunding:
    def test_returns_once_what_is_pressed_twice_at_once(self, funded, stripe, staff_member, desk):
        page = f"{desk}/refund"
        wish = {"amount": "10", "reason": "Added twice", "request": request_id(staff_member, page)}
        wish["csrf_token"] = browsing.token(staff_member, page)

        with ThreadPoolExecutor(2) as pool:
            presses = [pool.submit(staff_member.post, page, data=wish, headers=browsing.AS_PERSON) for _ in range(2)]
        answers = [press.result() for press in presses]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert [refund["amount"] for refund in stripe.refunded()] == [1000]

    def test_returns_unspent_funds_to_their_card(self, funded, stripe, staff_member, desk):
        sent(staff_member, f"{desk}/refund", amount="10", reason="Added twice")

        assert [refund["amount"] for refund in stripe.refunded()] == [1000]
        assert "Returned" in browsing.visit(staff_member, f"{desk}/refund").text
        assert "Refund to the card" in browsing.visit(staff_member, f"{desk}/transactions").text

    def test_never_returns_more_than_is_unspent(self, funded, stripe, staff_member, desk):
        page = sent(staff_member, f"{desk}/refund", amount="25.01", reason="Added twice")

        assert page.status_code == 422
        assert "has not been spent can be refunded" in page.text
        assert stripe.refunded() == []


class TestResuming:
    def test_lifts_a_pause_with_a_reason(self, paused, staff_member, desk):
        browsing.submit(staff_member, f"{desk}/recharge/resume", reason="The bank has lifted its block")

        shown = browsing.visit(staff_member, f"{desk}/recharge").text
        assert "The bank has lifted its block" in shown
        assert "Auto-recharge is paused" not in shown

    def test_needs_the_reason(self, paused, staff_member, desk):
        page = browsing.submit(staff_member, f"{desk}/recharge/resume")

        assert page.status_code == 422
        assert "Auto-recharge is paused" in browsing.visit(staff_member, f"{desk}/recharge").text


class TestLimits:
    @pytest.mark.usefixtures("funded")
    def test_differ_for_one_wallet_and_hold_there(self, staff_member, owner_of_panel, desk, panel):
        browsing.submit(staff_member, f"{desk}/limits", minimum="20", maximum="80", overdraft="15", receipts="yes")

        assert "From $20.00 to $80.00 at once." in browsing.visit(owner_of_panel, f"{panel}/add-funds").text
        kept = browsing.visit(staff_member, f"{desk}/limits").text
        assert 'value="15.00"' in kept
        assert 'value="yes" selected' in kept

    def test_that_leave_no_room_are_refused(self, staff_member, desk):
        page = browsing.submit(staff_member, f"{desk}/limits", minimum="50", maximum="20")

        assert page.status_code == 422
        assert "must grow in this order" in page.text

    @pytest.mark.usefixtures("funded")
    def test_of_the_agency_hold_for_every_wallet(self, agency, visitor, owner_of_panel, panel):
        defaults = f"/a/{agency.slug}/wallets/defaults"

        browsing.submit(visitor(Role.OWNER, at=None), defaults, minimum="10", bonus_percent="5", bonus_from="100")

        shown = browsing.visit(owner_of_panel, f"{panel}/add-funds").text
        assert "From $10.00" in shown
        assert "5 % more is given from $100.00 on." in shown

    def test_of_the_agency_are_its_owners_to_change(self, agency, staff_member):
        assert browsing.visit(staff_member, f"/a/{agency.slug}/wallets/defaults").status_code == 403


class TestTheRechargeLog:
    def test_lists_recharges_of_every_wallet(self, stripe, agency, client_account, staff_member, now):
        for of in (client_account, tenants.sub_account(agency, name="Kibo Ramen", now=now)):
            cards.card(of, now=now)
            funds.rule(of, confirm=True, now=now)
            funds.collected(of, now=now)

        shown = browsing.visit(staff_member, f"/a/{agency.slug}/wallets/recharges").text

        assert "Dental Norte" in shown
        assert "Kibo Ramen" in shown
        assert (
            "No recharge matches"
            in browsing.visit(staff_member, f"/a/{agency.slug}/wallets/recharges?state=declined").text
        )
