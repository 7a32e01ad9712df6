import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.usage.rules.columns import in_columns
from subaccounts.usage.rules.events import Sent, Window, read_event
from subaccounts.usage.rules.plain import as_plain, in_full, read_plain

NOW = datetime(2026, 3, 31, 18, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=35), NOW)
ODD = st.sampled_from([None, "", " ", "a\nb", "x" * 129, 1, 1.5, True, [], {}, "1e3", "\u200b"])
TIMES = st.sampled_from(
    [
        "2026-03-31T18:00:00Z",
        "2026-03-31T17:59:59.123456789+00:00",
        "2026-03-31",
        "2026-02-31T00:00:00Z",
        "2030-01-01T00:00:00Z",
    ]
)
EVENT = st.fixed_dictionaries(
    {
        "id": st.just("a-1") | ODD,
        "meter": st.just("calls") | ODD,
        "quantity": st.sampled_from(["1", "0.5", "-1", "9" * 13, "\u0661"]) | ODD,
        "occurred_at": TIMES | ODD,
    },
    optional={
        "sub_account_id": st.just("sac_1") | ODD,
        "member": st.just("ana") | ODD,
        "properties": st.sampled_from([{"to": "+1"}, {"to": ["+1"]}, {"to": "x" * 5000}]) | ODD,
        "colour": ODD,
    },
)

GOOD = {"id": "a-1", "meter": "calls", "quantity": "1", "occurred_at": "2026-03-31T18:00:00Z"}
TEXT = st.none() | st.text(max_size=9)
PROPERTIES = st.none() | st.dictionaries(st.text(max_size=3), TEXT | st.integers() | st.booleans(), max_size=2)


class TestLookAtColumns:
    @given(EVENT)
    def test_finds_right_what_is_right_of_itself(self, event):
        read = read_event(0, event, WINDOW)

        plain = as_plain([event])
        columns = in_columns(plain, WINDOW) if plain else None

        named = isinstance(read, Sent) and isinstance(event["meter"], str) and read.sub_account != ""
        if columns is None:
            assert not named or event.get("sub_account_id") == ""
        else:
            _number, event_id, owner, meter, _at, written, quantity, member, _corrects, properties = read
            told = [event_id, owner, meter, written, quantity, member, properties]
            assert [column[0] for column in columns] == told

    def test_puts_events_in_the_order_of_their_ids(self):
        events = as_plain(
            [{"id": each, "meter": "calls", "quantity": "1", "occurred_at": "2026-03-31T18:00:00Z"} for each in "ba"]
        )

        columns = in_columns(events, WINDOW)

        assert columns.ids == ["a", "b"]


class TestTellPlainBodies:
    @pytest.mark.parametrize(
        "body",
        [
            '{"events": [EVENT], "events": [EVENT]}',
            '{"events": [{GOOD, "id": "a-1"}]}',
            '{"events": [{GOOD, "member": null, "member": null}]}',
            '{"events": [{GOOD, "properties": {"to": 1, "to": 2}}]}',
            '{"events": [{GOOD, "properties": {"to": [1]}}]}',
            '{"events": [{GOOD, "properties": {"to": 1.5}}]}',
            '{"events": [{GOOD, "corrects": "a-0"}]}',
            '{"events": [{GOOD, "colour": "red"}]}',
            r'{"events": [{GOOD, "member": "\ud800"}]}',
            '{"events": [{"id": "a-1"}]}',
            '{"events": [7]}',
            '{"events": [EVENT], "more": 1}',
            "EVENT",
            "7",
        ],
    )
    def test_leaves_what_may_hide_something_to_the_strict_reader(self, body):
        body = body.replace("EVENT", json.dumps(GOOD)).replace("GOOD", json.dumps(GOOD)[1:-1])

        assert read_plain(body.encode()) is None

    @given(st.lists(st.builds(dict, st.just(GOOD), member=TEXT, sub_account_id=TEXT, properties=PROPERTIES)))
    def test_reads_a_plain_body_as_it_was_said(self, events):
        body = json.dumps({"events": events}, ensure_ascii=False)

        read = read_plain(body.encode())

        assert read is None if "\\" in body else in_full(read) == events
