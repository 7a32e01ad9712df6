from types import SimpleNamespace

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.paging import Page, every_row
from agency.foundation.tenancy import scope
from agency.tenants import queries
from agency.tenants.models import SubAccount
from tests.factories import tenants


def add(agency_id, name):
    """A row alone: an agency's operation would look at the rest of the agency, which these tests do not need."""
    values = {"country": "US", "currency": "USD", "time_zone": "UTC", "locale": "en", "created_at": tenants.NOON}
    with scope.of_agency(agency_id), transaction():
        session.add(SubAccount(name=name, **values))


@pytest.fixture
def turn(app):
    """The names on the page at a cursor, with its cursors, of seven sub-accounts by threes."""
    agency_id = tenants.agency().id
    for number in range(7):
        add(agency_id, str(number))

    def page(cursor=None, limit=3, of=agency_id):
        with scope.of_agency(of), transaction():
            found = queries.sub_accounts(cursor=cursor, limit=limit)
        names = "".join(row.name for row in found.rows)
        return SimpleNamespace(names=names, next=found.next_cursor, previous=found.previous_cursor, of=of)

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

    def test_neither_repeats_nor_skips_when_rows_are_added_meanwhile(self, turn):
        first = turn()
        add(first.of, "7")

        assert turn(first.next).names == "321"

    def test_ends_when_the_last_page_is_full(self, turn):
        assert turn(limit=7).next is None

    def test_shows_no_row_of_the_agency_that_gave_the_cursor_to_another(self, turn):
        stranger = tenants.agency(name="Ember Works").id
        add(stranger, "theirs")

        assert turn(turn().next, of=stranger).names in {"", "theirs"}

    @pytest.mark.parametrize("cursor", ["nonsense", "-", "--", "0", "8" + "0" * 25, "' OR 1=1", "\x00", "٣" * 26])
    def test_refuses_a_cursor_that_no_list_gave_out(self, turn, cursor):
        with pytest.raises(InvalidInput) as refusal:
            turn(cursor)

        assert list(refusal.value.errors) == ["cursor"]


def test_an_export_reads_every_page_once():
    pages = {None: Page([1, 2], "b"), "b": Page([3], "c"), "c": Page([], None)}

    assert list(every_row(pages.__getitem__)) == [1, 2, 3]
