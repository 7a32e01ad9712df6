import gzip
import json
from datetime import timedelta

import pytest

from agency.plans.rules.aggregation import Aggregation
from tests.factories import plans, staff, tenants, usage
from tests.factories.tenants import NOON

PATH = "/api/v1/usage/events"


@pytest.fixture
def seats(agency):
    """A meter that tells apart who used it."""
    return plans.meter(agency, "seats", Aggregation.UNIQUE_COUNT)


class TestSendingEvents:
    def test_answers_each_in_its_place(self, client, key, of):
        event = usage.event(of)

        answer = usage.send(client, key, event, usage.event(of, meter="unheard_of"), event)

        assert answer.status_code == 202
        assert [(each["index"], each["status"]) for each in answer.get_json()["data"]] == [
            (0, "accepted"),
            (1, "rejected"),
            (2, "duplicate"),
        ]

    def test_is_taken_for_as_many_days_as_the_agency_says(self, client, key, of):
        old = usage.event(of, at=NOON - timedelta(days=50))
        refused = usage.statuses(usage.send(client, key, old))
        client.patch("/api/v1/agency", json={"usage_days_back": 60}, headers=staff.bearer(key))

        taken = usage.statuses(usage.send(client, key, old, usage.event(of, at=NOON - timedelta(days=61))))

        assert (refused, taken) == (["time_too_old"], ["accepted", "time_too_old"])

    def test_counts_the_same_event_once(self, client, key, of):
        event = usage.event(of, quantity="2.50")
        usage.send(client, key, event)

        again = usage.send(client, key, usage.event(of), event | {"quantity": "2.5"})

        assert usage.statuses(again) == ["accepted", "duplicate"]
        usage.rated(of)
        assert [str(total.quantity.normalize()) for total in usage.totals(of)] == ["3.5"]

    @pytest.mark.parametrize(
        "other",
        [
            {"quantity": "2"},
            {"meter": "emails"},
            {"member": "ana"},
            {"occurred_at": (NOON - timedelta(seconds=1)).isoformat()},
            {"properties": {"to": "x"}},
        ],
    )
    def test_reports_an_id_that_was_used_for_another_event(self, client, key, of, other):
        event = usage.event(of)
        usage.send(client, key, event)

        assert usage.statuses(usage.send(client, key, event | other)) == ["conflict"]

    def test_keeps_ids_of_sub_accounts_apart(self, client, key, agency, of):
        other = tenants.sub_account(agency, name="Bakery")
        event = usage.event(of)

        answer = usage.send(client, key, event, event | {"sub_account_id": other.public_id})

        assert usage.statuses(answer) == ["accepted", "accepted"]

    def test_knows_no_sub_account_of_another_agency(self, client, key, of):
        strangers = tenants.agency(name="Strangers", is_sandbox=True)
        theirs = tenants.sub_account(strangers, name="Bakery")

        answer = usage.send(client, key, usage.event(theirs), usage.event(of))

        assert usage.statuses(answer) == ["sub_account_unknown", "accepted"]
        usage.rated(strangers)
        assert usage.totals(theirs) == []

    def test_cuts_off_what_is_finer_than_a_microsecond(self, client, key, of):
        event = usage.event(of) | {"occurred_at": "2026-03-02T11:59:59.1234567Z"}

        assert [usage.statuses(usage.send(client, key, event)) for _ in range(2)] == [["accepted"], ["duplicate"]]

    def test_takes_one_alone_and_packed(self, client, key, of):
        packed = gzip.compress(json.dumps(usage.event(of)).encode())

        answer = client.post(
            PATH,
            data=packed,
            headers=staff.bearer(key) | {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )

        assert usage.statuses(answer) == ["accepted"]

    def test_of_a_sub_account_needs_no_sub_account(self, client, of, agency):
        own = staff.api_key(agency, at=of)
        event = usage.event(of)
        del event["sub_account_id"]
        other = tenants.sub_account(agency, name="Bakery")

        answer = usage.send(client, own, event, usage.event(other))

        assert usage.statuses(answer) == ["accepted", "sub_account_unknown"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"meter": "unheard_of"}, "meter_unknown"),
        ({"meter": []}, "meter_unknown"),
        ({"sub_account_id": {}}, "sub_account_unknown"),
        ({"sub_account_id": "sac_nonsense"}, "sub_account_unknown"),
        ({"sub_account_id": None}, "sub_account_unknown"),
        ({"quantity": "-1"}, "quantity_negative"),
        ({"quantity": "lots"}, "quantity_not_a_decimal"),
        ({"quantity": 1.5}, "quantity_not_a_decimal"),
        ({"quantity": "1e3"}, "quantity_not_a_decimal"),
        ({"quantity": "\u0663"}, "quantity_not_a_decimal"),
        ({"quantity": "1" * 13}, "quantity_out_of_range"),
        ({"occurred_at": "2026-03-02T12:00:00"}, "time_without_zone"),
        ({"occurred_at": "2026-03-02T12:00:00+16:00"}, "time_invalid"),
        ({"occurred_at": "yesterday"}, "time_invalid"),
        ({"occurred_at": "2026-02-30T12:00:00Z"}, "time_invalid"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "time_too_old"),
        ({"occurred_at": (NOON + timedelta(minutes=6)).isoformat()}, "time_in_future"),
        ({"occurred_at": (NOON - timedelta(days=36)).isoformat()}, "time_too_old"),
        ({"id": ""}, "id_invalid"),
        ({"id": "x" * 129}, "id_invalid"),
        ({"id": "a\nb"}, "id_invalid"),
        ({"member": " "}, "member_invalid"),
        ({"properties": {"deep": {}}}, "properties_invalid"),
        ({"properties": {"long": "x" * 4096}}, "properties_invalid"),
        ({"quantiti": "1"}, "unknown_field"),
        ({"meter": "seats"}, "unique_key_missing"),
        ({"corrects": "never-sent", "quantity": "-1"}, "corrected_unknown"),
        ({"corrects": "never-sent", "quantity": "1"}, "correction_unfit"),
    ],
)
@pytest.mark.usefixtures("seats")
def test_a_bad_event_says_why_and_the_good_ones_are_kept(client, key, of, said, reason):
    answer = usage.send(client, key, usage.event(of) | said, usage.event(of))

    assert usage.statuses(answer) == [reason, "accepted"]
    assert answer.get_json()["data"][0]["detail"]


class TestABadBody:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b'{"events": [', 400),
            (b"[]", 422),
            (b'{"events": []}', 422),
            (b'{"events": {}}', 422),
            (b'{"events": [{}], "more": 1}', 422),
            (b'{"events": [{"id": 1e999}]}', 400),
            (b"\xff", 400),
            (b'{"events": "' + b"x" * 2**21 + b'"}', 413),
        ],
    )
    def test_is_refused_whole(self, client, key, body, status):
        answer = client.post(PATH, data=body, headers=staff.bearer(key) | {"Content-Type": "application/json"})

        assert answer.status_code == status
        assert answer.get_json()["detail"]

    @pytest.mark.parametrize(
        ("packed", "status"),
        [(gzip.compress(b" " * 2**28), 413), (b"no gzip", 400), (gzip.compress(b"{}")[:-4], 400)],
        ids=["bomb", "other bytes", "cut off"],
    )
    def test_cannot_hide_in_gzip(self, client, key, packed, status):
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

        assert client.post(PATH, data=packed, headers=staff.bearer(key) | headers).status_code == status

    def test_of_1001_events_stores_none(self, client, key, of):
        answer = usage.send(client, key, *(usage.event(of) for _ in range(1001)))

        assert answer.status_code == 422
        usage.rated(of)
        assert usage.totals(of) == []

    def test_in_another_type_is_not_read(self, client, key):
        assert client.post(PATH, data="<x/>", headers=staff.bearer(key)).status_code == 415


class TestCorrecting:
    def test_takes_back_what_was_sent_too_much(self, client, key, of):
        event = usage.event(of, quantity="10")
        usage.send(client, key, event)
        correction = usage.event(of, quantity="-4", corrects=event["id"], at=NOON)

        answers = [usage.statuses(usage.send(client, key, correction)) for _ in range(2)]

        usage.rated(of)
        assert answers == [["accepted"], ["duplicate"]]
        assert [int(total.quantity) for total in usage.totals(of)] == [6]

    def test_never_takes_back_more_than_is_left(self, client, key, of):
        event = usage.event(of, quantity="10")
        usage.send(client, key, event)
        corrections = [usage.event(of, quantity="-6", corrects=event["id"]) for _ in range(2)]

        assert usage.statuses(usage.send(client, key, *corrections)) == ["accepted", "correction_unfit"]

    def test_uncounts_a_counted_event(self, client, key, of):
        events = [usage.event(of, meter="leads") for _ in range(3)]
        usage.send(client, key, *events)

        usage.send(client, key, usage.event(of, meter="leads", quantity="-1", corrects=events[0]["id"]))

        usage.rated(of)
        assert [int(total.quantity) for total in usage.totals(of)] == [2]
