from types import SimpleNamespace

import pytest

from agency.foundation.errors import InvalidInput
from agency.foundation.paging import Page, every_row
from agency.foundation.tenancy import scope
from agency.tenants import queries
from tests.factories import tenants


@pytest.fixture
def turn(app):
    """The names on the page at a cursor, with its cursors, of seven sub-accounts by threes."""
    agency = tenants.agency()
    for number in range(7):
        tenants.sub_account(agency, name=str(number))

    def page(cursor=None):
        with scope.of_agency(agency.id):
            found = queries.sub_accounts(cursor=cursor, limit=3)
        names = "".join(row.name for row in found.rows)
        return SimpleNamespace(names=names, next=found.next_cursor, previous=found.previous_cursor)

    return page


class TestTurningPages:
    def test_forwards_ends_with_the_last_row(self, turn):
        first = turn()
        second = turn(first.next)
        third = turn(second.next)

        assert (first.names, second.names, third.names) == ("654", "321", "0")
        assert third.next is None

    def test_backwards_ends_with_the_first_row(self, turn):
        second = turn(turn().next)
        third = turn(second.next)

        assert turn(third.previous).names == "321"
        assert turn(turn(third.previous).previous).names == "654"
        assert turn(second.previous).previous is None

    def test_starts_with_nothing_before(self, turn):
        assert turn().previous is None

    def test_refuses_a_cursor_that_no_list_gave_out(self, turn):
        with pytest.raises(InvalidInput):
            turn("nonsense")


def test_an_export_reads_every_page_once():
    pages = {None: Page([1, 2], "b"), "b": Page([3], "c"), "c": Page([], None)}

    assert list(every_row(pages.__getitem__)) == [1, 2, 3]
