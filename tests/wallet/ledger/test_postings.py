import pytest

from agency.foundation import ids
from agency.foundation.money import CurrencyMismatch, Money
from tests.factories.tenants import NOON
from tests.factories.wallet import account, dollars, posting
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.postings import MalformedPosting, Posting, changes, sides_of


class Books:
    def __init__(self):
        self.id = ids.new_id()


class TestPosting:
    @pytest.mark.parametrize("amount", ["0", "-0.000001"])
    def test_it_moves_something(self, amount):
        with pytest.raises(MalformedPosting):
            posting(Books(), amount)

    def test_it_names_two_accounts(self):
        with pytest.raises(MalformedPosting):
            posting(Books(), "1", debit=AccountKind.OWED, credit=AccountKind.OWED)

    def test_it_keeps_to_one_currency(self):
        books = Books()

        with pytest.raises(CurrencyMismatch):
            Posting(
                debit=account(books, AccountKind.CARD_CLEARING),
                credit=account(books, AccountKind.PURCHASED_CREDIT),
                amount=Money.of("1", "EUR"),
                code=Code.TOP_UP,
                source_type="test",
                source_id=books.id,
                journal_id=books.id,
            )

    def test_it_stays_in_the_books_of_one_sub_account(self):
        with pytest.raises(MalformedPosting):
            Posting(
                debit=account(Books(), AccountKind.PURCHASED_CREDIT),
                credit=account(Books(), AccountKind.PURCHASED_CREDIT),
                amount=dollars("1"),
                code=Code.MOVED,
                source_type="test",
                source_id=ids.new_id(),
                journal_id=ids.new_id(),
            )

    def test_it_captures_no_more_than_was_reserved(self):
        with pytest.raises(MalformedPosting):
            posting(Books(), "5.000001", ends=(ids.new_id(), dollars("5")))

    def test_it_voids_all_that_was_reserved(self):
        with pytest.raises(MalformedPosting):
            posting(Books(), "4", ends=(ids.new_id(), dollars("5")), voids=True)


class TestChanges:
    def test_a_posted_transfer_changes_both_posted_sums(self):
        assert _changes(posting(Books(), "1")) == [[1_000_000, 0, 0, 0], [0, 1_000_000, 0, 0]]

    def test_a_pending_transfer_changes_both_pending_sums(self):
        found = _changes(posting(Books(), "1", reserves_until=NOON))

        assert found == [[0, 0, 1_000_000, 0], [0, 0, 0, 1_000_000]]

    def test_a_capture_posts_its_part_and_frees_the_whole_reserve(self):
        found = _changes(posting(Books(), "1", ends=(ids.new_id(), dollars("3"))))

        assert found == [[1_000_000, 0, -3_000_000, 0], [0, 1_000_000, 0, -3_000_000]]

    def test_a_release_posts_nothing(self):
        found = _changes(posting(Books(), "3", ends=(ids.new_id(), dollars("3")), voids=True))

        assert found == [[0, 0, -3_000_000, 0], [0, 0, 0, -3_000_000]]


def _changes(one: Posting) -> list[list[int]]:
    """What the posting changes its debit and its credit account by."""
    found = changes([one], sides_of([one]))
    return [found[one.debit.id], found[one.credit.id]]
