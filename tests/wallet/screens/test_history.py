import csv
import io
import re
from datetime import timedelta

import pytest

from agency.foundation import ids
from tests import browsing
from tests.factories import cards, funds, wallet

DAY = timedelta(days=1)
ROWS = re.compile(r'<a class="row-link" href="([^"]+)">([^<]+)</a>')


def titles(page) -> list[str]:
    return [title for _address, title in ROWS.findall(page.text)]


@pytest.fixture
def history(inside, client_account, now):
    with inside():
        wallet.topped_up(client_account, "50.00", now=now - 5 * DAY)
        wallet.granted(client_account, "5.00", now=now - 4 * DAY, description="Welcome")
        wallet.spent(client_account, "1.2345", now=now - 3 * DAY, description="=SUM(A1:A9)")
        return wallet.spent(client_account, "0.50", now=now - 2 * DAY, description="80 e-mails")


class TestTheHistory:
    def test_names_what_happened_newest_first(self, history, owner_of_panel, panel):
        page = browsing.visit(owner_of_panel, f"{panel}/transactions")

        assert titles(page) == ["80 e-mails", "=SUM(A1:A9)", "Welcome", "Funds added"]

    @pytest.mark.parametrize(("kind", "found"), [("added", ["Funds added"]), ("given", ["Welcome"]), ("returned", [])])
    def test_is_narrowed_to_a_kind(self, history, owner_of_panel, panel, kind, found):
        assert titles(browsing.visit(owner_of_panel, f"{panel}/transactions?kind={kind}")) == found

    def test_is_narrowed_to_days_of_the_clients_calendar(self, history, owner_of_panel, panel, now):
        day = (now - 3 * DAY).date() - DAY
        address = f"{panel}/transactions?from={day}&to={day + 2 * DAY}"

        assert "=SUM(A1:A9)" in titles(browsing.visit(owner_of_panel, address))
        assert "Funds added" not in titles(browsing.visit(owner_of_panel, address))

    @pytest.mark.parametrize("query", ["kind=gold", "from=yesterday", "cursor=x", "colour=red"])
    def test_refuses_filters_it_does_not_have(self, history, owner_of_panel, panel, query):
        assert browsing.visit(owner_of_panel, f"{panel}/transactions?{query}").status_code == 422

    def test_goes_on_by_cursor_both_ways(self, inside, client_account, owner_of_panel, panel):
        with inside():
            for number in range(30):
                wallet.spent(client_account, "0.01", description=f"Work {number}")

        first = browsing.visit(owner_of_panel, f"{panel}/transactions")
        [onward] = re.findall(r'href="([^"]+cursor=[^"]+)" rel="next"', first.text)
        second = browsing.visit(owner_of_panel, onward.replace("&amp;", "&"))

        assert titles(first) + titles(second) == [f"Work {number}" for number in range(29, -1, -1)]
        assert 'rel="prev"' in second.text

    def test_lines_up_its_decimal_marks(self, history, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, f"{panel}/transactions").text

        assert '\u2212$0.50<span class="pad">\u2007\u2007</span>' in shown
        assert "\u2212$1.2345</span>" in shown


class TestTheFile:
    def test_has_every_line_and_runs_no_formula(self, history, owner_of_panel, panel):
        answer = browsing.visit(owner_of_panel, f"{panel}/transactions.csv")

        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

        assert [row["Amount"] for row in rows] == ["-0.50", "-1.2345", "5.00", "50.00"]
        assert rows[1]["Description"] == "'=SUM(A1:A9)"
        assert rows[0]["Balance"] == "53.2655"

    def test_has_the_lines_of_the_filter(self, history, owner_of_panel, panel):
        text = browsing.visit(owner_of_panel, f"{panel}/transactions.csv?kind=given").text

        assert len(text.strip().splitlines()) == 2


class TestALine:
    def test_opens_the_credit_that_paid(self, history, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, f"{panel}/transactions/{ids.encode('txn', history.id)}").text

        assert "80 e-mails" in shown
        assert "Paid from complimentary credit" in shown

    def test_opens_the_card_and_the_receipt_behind_funds(self, stripe, client_account, owner_of_panel, panel, now):
        cards.card(client_account, now=now)
        added = funds.added(client_account, "25.00", now=now)

        shown = browsing.visit(owner_of_panel, f"{panel}/transactions/{ids.encode('txn', added.transaction_id)}").text

        assert "Added by cartera" in shown
        assert "Visa ending in 4242 was charged" in shown
        assert ".pdf" in shown

    def test_of_another_wallet_is_not_there(self, history, agency, owner_of_panel, panel):
        assert (
            browsing.visit(owner_of_panel, f"{panel}/transactions/{ids.encode('txn', ids.new_id())}").status_code == 404
        )
