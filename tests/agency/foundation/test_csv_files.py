import csv
import io

import pytest

from agency.foundation.csv_files import csv_answer, harmless


class TestACell:
    @pytest.mark.parametrize("typed", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "\uff1d1+1"])
    def test_that_would_be_a_formula_is_text(self, typed):
        assert harmless(typed) == f"'{typed}"

    @pytest.mark.parametrize("typed", ["-12.50", "+3", "12.50", "Dental = Norte", "a@b.example", "", "José"])
    def test_that_is_none_stays_as_it_is(self, typed):
        assert harmless(typed) == typed

    def test_without_a_value_is_empty(self):
        assert harmless(None) == ""


class TestAFile:
    def test_is_read_back_as_it_was_written(self, app):
        rows = [["José", 'said "no"', "two\nlines"]]

        text = csv_answer("people", ["Name", "Words", "More"], rows).get_data(as_text=True)

        assert text.startswith("\ufeff")
        assert list(csv.reader(io.StringIO(text[1:]))) == [["Name", "Words", "More"], *rows]
