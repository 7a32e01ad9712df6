"""Coupons: made and limited over the API, redeemed by other rooms, the last one once."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from threading import Barrier

import psycopg
import pytest

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans import queries
from agency.plans.operations.redemptions import CouponUnknown, redeem_coupon
from agency.plans.rules.coupons import CouponExpired, CouponOfAnotherCurrency, CouponUsedUp
from tests.factories import plans, tenants
from tests.factories.tenants import NOON

WELCOME = {"code": "welcome20", "percent": "20"}
DAY = timedelta(days=1)


@pytest.fixture
def clinic(agency):
    return tenants.sub_account(agency)


def redeem(client, *, code="WELCOME", source_id=None, now=NOON):
    """One redemption in a transaction of its own."""
    with scope.of_agency(client.agency_id), transaction():
        source_id = source_id or ids.new_id()
        return redeem_coupon(code, sub_account=client, source_type="test", source_id=source_id, now=now)


def redemptions(of) -> int:
    with scope.of_agency(of.id), transaction():
        return queries.coupon("WELCOME").redemptions


class TestAdd:
    def test_keeps_the_code_in_capitals(self, post):
        added = post("coupons", WELCOME).json

        assert (added["code"], added["percent"], added["duration"]) == ("WELCOME20", "20", "once")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"code": "Five euros!"}, "code"),
            ({"code": "TAKEN"}, "code"),
            ({"percent": "0"}, "coupon"),
            ({"percent": "100.5"}, "percent"),
            ({"percent": 20}, "percent"),
            ({"percent": None}, "percent"),
            ({"amount": {"amount": "5", "currency": "USD"}}, "coupon"),
            ({"duration": "periods"}, "coupon"),
            ({"periods": 3}, "coupon"),
            ({"duration": "periods", "periods": 0}, "periods"),
            ({"redeem_by": "2020-01-01T00:00:00Z"}, "redeem_by"),
            ({"redemptions_max": 0}, "redemptions_max"),
            ({"product_ids": ["prd_0000000000000000000000000a"]}, "product_ids"),
            ({"product_ids": ["nothing"]}, "product_ids.0"),
        ],
    )
    def test_refuses_at_the_field(self, agency, post, read, change, field):
        plans.coupon(agency, code="TAKEN")

        answer = post("coupons", WELCOME | change)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
        assert len(read("coupons").json["data"]) == 1


class TestPatch:
    def test_moves_the_limits_and_nothing_else(self, post, patch):
        coupon = post("coupons", WELCOME).json

        changed = patch(f"coupons/{coupon['id']}", {"redemptions_max": 5, "name": "Hello"}).json

        assert (changed["redemptions_max"], changed["name"]) == (5, "Hello")
        assert list(patch(f"coupons/{coupon['id']}", {"percent": "50"}).json["errors"]) == ["percent"]

    def test_never_limits_below_what_is_redeemed(self, agency, clinic, patch):
        coupon = plans.coupon(agency)
        redeem(clinic)
        redeem(clinic)

        assert patch(f"coupons/{coupon.public_id}", {"redemptions_max": 1}).json["code"] == "fewer-than-redeemed"


class TestRedeem:
    def test_counts_a_source_once(self, agency, clinic):
        plans.coupon(agency, redemptions_max=1)
        source_id = ids.new_id()

        first, second = (redeem(clinic, code=" welcome ", source_id=source_id)[1] for _ in range(2))

        assert first == second
        assert redemptions(agency) == 1

    def test_is_refused_when_used_up(self, agency, clinic):
        plans.coupon(agency, redemptions_max=1)
        redeem(clinic)

        with pytest.raises(CouponUsedUp):
            redeem(clinic)

    def test_is_refused_to_a_client_who_had_theirs(self, agency, clinic):
        plans.coupon(agency, redemptions_per_sub_account=1)
        bakery = tenants.sub_account(agency, name="Bakery")
        redeem(clinic)

        assert redeem(bakery)
        with pytest.raises(CouponUsedUp):
            redeem(clinic)

    def test_is_refused_from_the_moment_it_expires(self, agency, clinic):
        plans.coupon(agency, redeem_by=NOON + DAY)

        assert redeem(clinic, now=NOON + DAY - timedelta(microseconds=1))
        with pytest.raises(CouponExpired):
            redeem(clinic, now=NOON + DAY)

    def test_is_refused_in_another_currency(self, agency):
        plans.coupon(agency, percent=None, amount="5")

        with pytest.raises(CouponOfAnotherCurrency):
            redeem(tenants.sub_account(agency, currency="MXN"))

    @pytest.mark.parametrize("code", ["NOTHING", "", "ARCHIVED"])
    def test_is_refused_an_unknown_or_archived_code(self, agency, clinic, patch, code):
        archived = plans.coupon(agency, code="ARCHIVED")
        patch(f"coupons/{archived.public_id}", {"archived": True})

        with pytest.raises(CouponUnknown):
            redeem(clinic, code=code)

    def test_gives_the_last_ones_to_as_many_as_there_are(self, app, agency, clinic):
        plans.coupon(agency, redemptions_max=3)
        barrier = Barrier(8)

        def try_once():
            with app.app_context():
                barrier.wait()
                try:
                    redeem(clinic)
                except CouponUsedUp:
                    return False
                finally:
                    session.remove()
                return True

        with ThreadPoolExecutor(8) as pool:
            given = [each.result() for each in [pool.submit(Context().run, try_once) for _ in range(8)]]

        assert (sum(given), redemptions(agency)) == (3, 3)

    def test_is_guarded_by_the_database_too(self, agency, clinic, owner):
        plans.coupon(agency, redemptions_max=1)
        redeem(clinic)

        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("UPDATE coupons SET redemptions = redemptions + 1")
