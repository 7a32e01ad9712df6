import io

import pytest

from agency.plans.rules.aggregation import Aggregation
from subaccounts.usage.files import ColumnsMissing, FileIsEmpty, FileIsNoText, read_lines
from subaccounts.usage.operations import uploading
from tests.browsing import token
from tests.factories import plans, staff, usage
from tests.factories.tenants import NOON

AT = "2026-03-02T12:00:00Z"


class TestAFile:
    def test_is_taken_line_by_line_and_each_bad_line_named(self, of, monkeypatch):
        monkeypatch.setattr(uploading, "PART", 2)
        lines = [
            f"a,emails,1,{AT},",
            f"b,unheard_of,1,{AT},",
            f"a,emails,1,{AT},",
            f"a,emails,2,{AT},",
            "",
            f"c,emails,,{AT},",
        ]

        read = usage.file_read(usage.file_sent(of, *lines))

        assert (read.accepted, read.duplicates, read.conflicts, read.rejected) == (1, 1, 1, 2)
        assert [(fault["line"], fault["reason"]) for fault in read.faults] == [
            (3, "meter_unknown"),
            (5, "conflict"),
            (7, "quantity_not_a_decimal"),
        ]
        assert (read.lines_read, read.finished_at) == (5, NOON)

    def test_goes_on_where_it_was_cut_off(self, of, monkeypatch):
        monkeypatch.setattr(uploading, "PART", 1)
        sent = usage.file_sent(of, *(f"{number},emails,1,{AT}," for number in range(3)))
        usage.part_read(sent)

        read = usage.file_read(sent)

        assert (read.accepted, read.duplicates) == (3, 0)

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"\xff\xfe", FileIsNoText),
            (b"id,meter\n", ColumnsMissing),
            (b"", ColumnsMissing),
            (b"id,meter,quantity,occurred_at\n", FileIsEmpty),
            (b"id,meter,quantity,occurred_at\n\0", FileIsNoText),
        ],
    )
    def test_that_is_none_is_refused(self, content, refusal):
        with pytest.raises(refusal):
            read_lines(content)

    def test_may_have_semicolons_and_a_mark_of_its_bytes(self):
        content = "\ufeffMETER;id;quantity;occurred_at;note\nemails;a;1;x;y\n".encode()

        assert read_lines(content)[0].said == {"meter": "emails", "id": "a", "quantity": "1", "occurred_at": "x"}

    def test_may_say_properties_as_json(self, of):
        plans.meter(of, "contacts", Aggregation.UNIQUE_COUNT, unique_by="phone")
        cells = ['"{""phone"": ""1""}"', '"{""phone"": ""1""}"', '"{""phone"": NaN}"', '"{""phone"": [1]}"', ""]
        lines = [f"{number},contacts,1,{AT},{cell}" for number, cell in enumerate(cells)]

        read = usage.file_read(usage.file_sent(of, *lines, last="properties"))

        assert read.accepted == 2
        assert [fault["reason"] for fault in read.faults] == ["properties_invalid"] * 2 + ["unique_key_missing"]

    def test_is_sent_by_a_form_and_watched(self, app, agency, of):
        browser = staff.signed_in(app, staff.person(agency))
        address = f"/a/{agency.slug}/sub-accounts/{of.public_id}/usage/file"
        content = f"id,meter,quantity,occurred_at\na,emails,1,{AT}\n".encode()

        sent = browser.post(
            address, data={"csrf_token": token(browser, address), "file": (io.BytesIO(content), "march.csv")}
        )

        assert sent.status_code == 302
        assert "march.csv" in browser.get(sent.headers["Location"]).text
