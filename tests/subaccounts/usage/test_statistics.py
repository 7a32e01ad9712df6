import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from tests.factories import plans, staff, tenants, usage
from tests.factories.tenants import NOON
from wallet.ledger.checks import verify

SUMMARY = "/api/v1/usage/summary"
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 3, 6, tzinfo=UTC)


def summed(client, key, of, **query):
    answer = client.get(SUMMARY, query_string={"sub_account_id": of.public_id} | query, headers=staff.bearer(key))
    return [(each["starts_at"], each["member"], each["quantity"]) for each in answer.get_json()["data"]]


class TestTheSummary:
    def test_sums_by_day_and_by_hour_of_the_client(self, client, key, of):
        usage.used(of, *(usage.event(of, at=NOON - timedelta(hours=hours)) for hours in (0, 0, 1, 10)))
        usage.rated(of)

        by_day, by_hour = (summed(client, key, of, bucket=bucket) for bucket in ("day", "hour"))

        assert by_day == [("2026-03-01T06:00:00+00:00", None, "1"), ("2026-03-02T06:00:00+00:00", None, "3")]
        assert [quantity for _, _, quantity in by_hour] == ["1", "1", "2"]

    def test_knows_zones_of_half_hours_and_days_of_23_hours(self, client, key, agency):
        kolkata = tenants.sub_account(agency, name="Mumbai", time_zone="Asia/Kolkata")
        usage.used(kolkata, usage.event(kolkata, at=NOON), usage.event(kolkata, at=NOON + timedelta(minutes=3)))
        usage.rated(agency)

        assert summed(client, key, kolkata, bucket="hour") == [("2026-03-02T11:30:00+00:00", None, "2")]

    def test_tells_members_apart_when_asked(self, client, key, of):
        usage.used(of, usage.event(of, member="ana"), usage.event(of, member="ben"), usage.event(of, member="ana"))
        usage.rated(of)

        assert [row[1:] for row in summed(client, key, of, by_member="true")] == [("ana", "2"), ("ben", "1")]
        assert [row[1:] for row in summed(client, key, of, member="ben")] == [(None, "1")]

    def test_counts_unique_keys_where_they_were_first_seen(self, client, key, of):
        plans.meter(of, "contacts", Aggregation.UNIQUE_COUNT, unique_by="phone")
        phones = [("1", NOON - DAY), ("1", NOON), ("2", NOON)]
        usage.used(of, *(usage.event(of, "contacts", at=at, properties={"phone": phone}) for phone, at in phones))
        usage.rated(of)

        assert [quantity for _, _, quantity in summed(client, key, of)] == ["1", "1"]

    def test_counts_a_key_once_for_who_brought_it_first(self, client, key, of, owner):
        plans.meter(of, "contacts", Aggregation.UNIQUE_COUNT, unique_by="phone")
        for phone, member in (("1", "ana"), ("1", "ben"), ("2", "ben"), ("2", "ana")):
            usage.used(of, usage.event(of, "contacts", member=member, properties={"phone": phone}))
            usage.rated(of)

        assert [row[1:] for row in summed(client, key, of, by_member="true")] == [("ana", "1"), ("ben", "1")]
        usage.verified(of)
        owner.execute("UPDATE usage_buckets SET fresh = 5 WHERE member = 'ana'")
        with scope.of_agency(of.agency_id), transaction():
            assert [(found.what, found.stored, found.computed) for found in verify(of.agency_id)] == [
                ("the keys seen by", "6", "2")
            ]

    def test_refuses_a_stretch_that_is_too_long(self, client, key, of):
        query = {"sub_account_id": of.public_id, "bucket": "hour", "start": "2025-01-01T00:00:00Z"}

        answer = client.get(SUMMARY, query_string=query | {"end": "2026-01-01T00:00:00Z"}, headers=staff.bearer(key))

        assert answer.status_code == 422
        assert list(answer.get_json()["errors"]) == ["end"]


class TestThePage:
    def test_shows_totals_trend_members_and_what_was_charged(self, app, agency, of, product):
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails", now=NOON - 40 * DAY)
        for number, (quantity, at) in enumerate([("10", NOON - 28 * DAY), ("15", NOON)]):
            usage.used(of, usage.event(of, "emails", quantity, at=at, member=["ben", "ana"][number]), now=at)
            usage.rated(agency, now=at)
        browser = staff.signed_in(app, staff.person(agency, at=of))

        page = browser.get(f"/s/{of.public_id}/billing/usage").text

        assert "E-mails sent" in page
        assert "50%" in page
        assert "ana" in page
        assert "$3.00" in page
        assert "Margin" not in page

    def test_of_the_console_adds_cost_and_margin(self, app, agency, of, product):
        plans.price(product, plans.per_unit("0.1005", markup=Decimal(2)), meter="emails")
        usage.used(of, usage.event(of, "emails", "15"))
        usage.rated(agency)
        browser = staff.signed_in(app, staff.person(agency))

        page = browser.get(f"/a/{agency.slug}/sub-accounts/{of.public_id}/usage").text

        assert "Margin" in page
        assert page.count('title="$1.5075">$1.51<') == 2

    def test_filters_by_department(self, app, agency, of):
        usage.used(of, usage.event(of, member="ana"), usage.event(of, member="ben", quantity="4"))
        usage.rated(agency)
        browser = staff.signed_in(app, staff.person(agency, at=of))
        usage.named(of, "ben", "Sales")

        page = browser.get(f"/s/{of.public_id}/billing/usage?department=Sales").text

        assert "Ben" in page
        assert "reference=ana" not in page

    def test_shares_sum_to_a_hundred_percent(self, app, agency, of):
        usage.used(of, *(usage.event(of, member=name) for name in ("ana", "ben", "eva")))
        usage.rated(agency)
        browser = staff.signed_in(app, staff.person(agency, at=of))

        page = browser.get(f"/s/{of.public_id}/billing/usage").text

        assert (page.count(">34%<"), page.count(">33%<")) == (1, 2)

    def test_of_a_period_that_there_is_not_says_so_in_the_readers_language(self, app, agency, of):
        browser = staff.signed_in(app, staff.person(agency, at=of, locale="es"))

        answer = browser.get(f"/s/{of.public_id}/billing/usage?period=always", headers={"Accept": "text/html"})

        assert answer.status_code == 422
        assert "Elige una opción de la lista." in answer.text

    def test_is_saved_as_a_file(self, app, agency, of):
        usage.used(of, usage.event(of, member="=1+1", quantity="2.5"))
        usage.rated(agency)
        browser = staff.signed_in(app, staff.person(agency, at=of))

        answer = browser.get(f"/s/{of.public_id}/billing/usage.csv")

        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert rows[1] == ["2026-03-02T00:00:00-06:00", "sms_segments", "SMS segments", "'=1+1", "2.5", "segment"]


class TestExplainingACharge:
    def test_goes_down_to_the_events(self, client, key, of, product):
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        usage.used(of, *(usage.event(of, "emails", id=f"mail-{number:02}") for number in range(12)))
        usage.rated(of)
        [charge] = usage.charges(of)
        path = f"/api/v1/wallets/{of.public_id}/transactions/{usage.transaction_of(charge)}/explanation"

        steps = client.get(path, headers=staff.bearer(key)).get_json()["data"]

        kinds = [step["kind"] for step in steps]
        assert kinds.count("event") == 10
        assert {"events", "meter", "price", "usage", "cost", "margin", "transaction", "lot"} <= set(kinds)
        assert steps[0]["title"] == "Event mail-11"

    def test_hides_cost_and_margin_from_the_client(self, client, agency, of, product):
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        usage.used(of, usage.event(of, "emails"))
        usage.rated(of)
        own, [charge] = staff.api_key(agency, at=of), usage.charges(of)
        path = f"/api/v1/wallets/{of.public_id}/transactions/{usage.transaction_of(charge)}/explanation"

        steps = client.get(path, headers=staff.bearer(own)).get_json()["data"]

        assert [step["kind"] for step in steps][:2] == ["event", "meter"]
        assert not {"cost", "margin"} & {step["kind"] for step in steps}

    def test_shows_the_client_its_own_events_alone(self, client, agency, of, product):
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        other = tenants.sub_account(agency, name="Other")
        usage.used(of, usage.event(of, "emails", id="own"), usage.event(other, "emails", id="foreign"))
        usage.rated(of)
        own, [charge] = staff.api_key(agency, at=of), usage.charges(of)
        path = f"/api/v1/wallets/{of.public_id}/transactions/{usage.transaction_of(charge)}/explanation"

        steps = client.get(path, headers=staff.bearer(own)).get_json()["data"]

        assert [step["title"] for step in steps if step["kind"] == "event"] == ["Event own"]


def test_a_day_on_which_clocks_change_is_one_bucket(client, key, of):
    moments = [datetime(2026, 3, 8, hour, tzinfo=UTC) for hour in (6, 20)] + [datetime(2026, 3, 9, 4, tzinfo=UTC)]
    later = datetime(2026, 3, 9, 12, tzinfo=UTC)
    usage.used(of, *(usage.event(of, at=moment) for moment in moments), now=later)
    usage.rated(of, now=later)

    assert summed(client, key, of) == [("2026-03-08T06:00:00+00:00", None, "3")]


class TestADay:
    @pytest.fixture(autouse=True)
    def _charged(self, of, product):
        """A dollar and a half shortly before midnight of Chicago, and three after it; half of each is cost."""
        plans.price(product, plans.per_unit("0.10", markup=Decimal(2)), meter="emails")
        for quantity, now in (("15", MIDNIGHT - timedelta(seconds=1)), ("15", MIDNIGHT), ("15", MIDNIGHT + DAY / 2)):
            usage.used(of, usage.event(of, "emails", quantity), now=now)
            usage.rated(of, now=now)

    def test_keeps_what_was_booked_between_its_midnights(self, of):
        yesterday, today = (usage.paid_between(of, start, start + DAY) for start in (MIDNIGHT - DAY, MIDNIGHT))

        assert [(each.charge.plain(), each.cost.plain()) for each in yesterday + today] == [
            ("3.00", "1.50"),
            ("6.00", "3.00"),
        ]

    def test_hides_its_cost_from_the_client(self, of):
        [seen] = usage.paid_between(of, MIDNIGHT, MIDNIGHT + DAY, narrowed=True)

        assert (seen.charge.plain(), seen.cost.plain()) == ("6.00", "0.00")

    def test_that_is_wrong_is_found(self, of, owner):
        owner.execute("UPDATE usage_days SET amount_micros = 1 WHERE sub_account_id = %s", (of.id,))

        with scope.of_agency(of.agency_id), transaction():
            [found] = verify(of.agency_id)

        assert (found.what, found.stored) == ("the days of the usage of", "2, tax 0, cost 4500000")
