from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.session import session, transaction
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, granted, spent, standing
from wallet.credits.events import CreditGranted
from wallet.credits.operations.grants import Grant, grant, grant_once, period_grant, upgraded
from wallet.credits.rules.monthly import Unused
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind

PERIOD_END = NOON + timedelta(days=31)


@pytest.mark.usefixtures("of_agency")
class TestGrant:
    def test_it_is_complimentary_credit_at_the_agencys_expense(self, sub_account):
        with transaction():
            granted(sub_account, "5")

            assert ledger.balance(account(sub_account, AccountKind.COMPLIMENTARY_CREDIT)) == dollars("5")
            assert ledger.balance(account(sub_account, AccountKind.COMPLIMENTARY_EXPENSE)) == dollars("5")

    def test_it_leaves_what_is_owed_standing(self, sub_account):
        with transaction():
            spent(sub_account, "3")
            granted(sub_account, "5")

            assert (standing(sub_account).owed, balance(sub_account)) == (dollars("3"), "2.00 USD")

    def test_the_same_occasion_gives_once_even_within_one_set(self, sub_account):
        wishes = [_monthly(sub_account), _monthly(sub_account)]

        with transaction():
            assert len(grant(wishes, now=NOON)) == 1
            assert grant(wishes, now=NOON) == []

    def test_many_wallets_get_theirs_at_once(self, agency, sub_account, heard):
        other = tenants.sub_account(agency, name="Other")

        with transaction():
            grant([_monthly(sub_account), _monthly(other)], now=NOON)

            assert (balance(sub_account), balance(other)) == ("10.00 USD", "10.00 USD")
        [event] = [event for event in heard if isinstance(event, CreditGranted)]
        assert len(event.lots) == 2

    def test_who_gave_it_and_why_is_kept(self, sub_account):
        wish = Grant(
            sub_account_id=sub_account.id,
            amount=dollars("5"),
            source_type="grant",
            source_id=ids.new_id(),
            description="Sorry for Tuesday",
        )

        with transaction():
            grant_once(wish, by=OPERATOR, now=NOON)
            entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "wallet.credit_granted"))

        assert entry.after == {"amount": "5.00 USD", "reason": "Sorry for Tuesday"}


class TestPeriodGrant:
    @pytest.mark.parametrize(("unused", "expires_at"), [(Unused.EXPIRES, PERIOD_END), (Unused.ROLLS_OVER, None)])
    def test_it_expires_with_its_period_or_rolls_over(self, unused, expires_at):
        found = period_grant(
            ids.new_id(), ids.new_id(), dollars("10"), period_start=NOON, period_end=PERIOD_END, unused=unused
        )

        assert found.expires_at == expires_at

    def test_an_upgrade_adds_the_prorated_difference_once(self, of_agency, sub_account):
        base = _monthly(sub_account)
        more = upgraded(_monthly(sub_account, "40"), ids.new_id(), old=base.amount, share_left=Fraction(1, 3))

        with transaction():
            grant([base], now=NOON)
            grant([more], now=NOON)
            grant([more], now=NOON)

            assert balance(sub_account) == "20.00 USD"

    def test_a_downgrade_takes_nothing_away(self):
        base = period_grant(
            SUBSCRIPTION, ids.new_id(), dollars("5"), period_start=NOON, period_end=PERIOD_END, unused=Unused.EXPIRES
        )

        assert upgraded(base, ids.new_id(), old=dollars("10"), share_left=Fraction(1, 2)) is None


SUBSCRIPTION = ids.new_id()


def _monthly(sub_account, amount="10"):
    """Each sub-account has one subscription here: its own id stands for it."""
    return period_grant(
        sub_account.id,
        sub_account.id,
        dollars(amount),
        period_start=NOON,
        period_end=PERIOD_END,
        unused=Unused.EXPIRES,
    )
