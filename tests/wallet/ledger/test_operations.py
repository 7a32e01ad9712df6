import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import account, dollars, posting
from wallet.ledger import queries
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Transfer
from wallet.ledger.operations import AlreadyCorrected, correct, lock, post

PURCHASED, REVENUE = AccountKind.PURCHASED_CREDIT, AccountKind.REVENUE_USAGE
OWED = AccountKind.OWED


@pytest.mark.usefixtures("of_agency")
class TestPost:
    def test_it_opens_accounts_and_changes_their_sums(self, sub_account):
        with transaction():
            post([posting(sub_account, "25")], now=NOON)

            assert queries.balance(account(sub_account, PURCHASED)) == dollars("25")
            assert queries.balance(account(sub_account, AccountKind.CARD_CLEARING)) == dollars("25")

    def test_it_adds_every_transfer_of_a_set(self, sub_account):
        spending = [posting(sub_account, "0.0083", debit=PURCHASED, credit=REVENUE) for _ in range(1000)]

        with transaction():
            post([posting(sub_account, "25"), *spending], now=NOON)

            assert queries.balance(account(sub_account, PURCHASED)) == dollars("16.70")
            assert len(session.scalars(select(Transfer)).all()) == 1001

    def test_it_keeps_what_the_transfer_says(self, sub_account):
        wish = posting(sub_account, "25", effective_at=NOON)

        with transaction():
            post([wish], now=tenants.NOON)
            row = queries.transfers_of(wish.source_id)[0]

        assert (row.id, row.money, row.code, row.effective_at) == (wish.id, dollars("25"), wish.code, NOON)

    def test_nothing_to_post_is_nothing_posted(self):
        with transaction():
            post([], now=NOON)

            assert queries.trial_balance() == []

    def test_a_wallet_never_falls_below_zero(self, sub_account):
        with pytest.raises(psycopg.errors.CheckViolation, match="credit_never_below_zero"), transaction():
            post([posting(sub_account, "0.000001", debit=PURCHASED, credit=REVENUE)], now=NOON)

    def test_what_is_held_cannot_be_spent(self, sub_account):
        hold = posting(sub_account, "20", debit=PURCHASED, credit=REVENUE, reserves_until=NOON)

        with transaction():
            post([posting(sub_account, "25"), hold], now=NOON)

        with pytest.raises(psycopg.errors.CheckViolation, match="credit_never_below_zero"), transaction():
            post([posting(sub_account, "6", debit=PURCHASED, credit=REVENUE)], now=NOON)

    def test_what_is_owed_has_no_floor(self, sub_account):
        with transaction():
            post([posting(sub_account, "99999", debit=OWED, credit=REVENUE)], now=NOON)

            assert queries.balance(account(sub_account, OWED)) == dollars("99999")

    def test_a_debt_is_not_paid_twice(self, sub_account):
        with transaction():
            post([posting(sub_account, "5", debit=OWED, credit=REVENUE)], now=NOON)

        with pytest.raises(psycopg.errors.CheckViolation, match="owed_never_overpaid"), transaction():
            post([posting(sub_account, "6", credit=OWED)], now=NOON)

    def test_a_hold_ends_once(self, sub_account):
        hold = posting(sub_account, "20", debit=PURCHASED, credit=REVENUE, reserves_until=NOON)
        ends = {"debit": PURCHASED, "credit": REVENUE, "ends": (hold.id, dollars("20"))}

        other = posting(sub_account, "20", debit=PURCHASED, credit=REVENUE, reserves_until=NOON)
        with transaction():
            post([posting(sub_account, "60"), hold, other], now=NOON)
            post([posting(sub_account, "12", **ends)], now=NOON)

        with pytest.raises(psycopg.errors.UniqueViolation, match="pending_id"), transaction():
            post([posting(sub_account, "12", **ends)], now=NOON)

    def test_it_reaches_no_other_sub_account_from_a_narrowed_scope(self, agency, sub_account):
        other = tenants.sub_account(agency, name="Other")

        with (
            scope.of_agency(agency.id, sub_account_id=other.id),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction(),
        ):
            post([posting(sub_account, "1")], now=NOON)


@pytest.mark.usefixtures("of_agency")
class TestLock:
    def test_it_opens_what_is_new_at_zero(self, sub_account):
        key = account(sub_account, PURCHASED)

        with transaction():
            assert lock([key])[key] == (0, 0, 0, 0)

    def test_it_reads_what_was_posted_since(self, sub_account):
        key = account(sub_account, PURCHASED)

        with transaction():
            lock([key])
            post([posting(sub_account, "25")], now=NOON)

            assert lock([key])[key].credits_posted == 25_000_000


@pytest.mark.usefixtures("of_agency")
class TestCorrect:
    def test_it_writes_the_opposite(self, sub_account):
        mistaken = posting(sub_account, "25")

        with transaction():
            post([mistaken], now=NOON)
            correct(mistaken.id, now=NOON)

            assert queries.balance(account(sub_account, PURCHASED)) == dollars("0")

    def test_it_is_written_once(self, sub_account):
        mistaken = posting(sub_account, "25")

        with transaction():
            post([mistaken], now=NOON)
            correct(mistaken.id, now=NOON)

        with pytest.raises(AlreadyCorrected), transaction():
            correct(mistaken.id, now=NOON)

    def test_what_is_not_there_is_not_found(self, sub_account):
        with pytest.raises(NotFound), transaction():
            correct(sub_account.id, now=NOON)
