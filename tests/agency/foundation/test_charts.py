from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.charts import UnevenChart, plot, share
from agency.foundation.money import Money

figures = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=24)


class TestPlot:
    def test_ends_the_axis_on_round_numbers(self):
        drawing = plot([("Jan", [14_200]), ("Feb", [18_420])])

        assert [tick.value for tick in drawing.ticks] == [0, 5000, 10_000, 15_000, 20_000]

    def test_writes_the_axis_of_money_in_major_units(self):
        drawing = plot([("Jan", [Money.of("0.30", "USD")])])

        assert drawing.ticks[-1].value == Decimal("0.3")

    def test_has_no_halves_of_what_is_counted(self):
        drawing = plot([("Jan", [1]), ("Feb", [0])])

        assert [tick.value for tick in drawing.ticks] == [0, 1]

    def test_stacks_each_series_on_the_one_before(self):
        lower, upper = plot([("Jan", [30, 10])]).bars

        assert upper.y + upper.height == lower.y

    def test_hangs_what_is_negative_below_zero(self):
        drawing = plot([("Jan", [30, -10])])

        assert drawing.bars[1].y == drawing.zero

    def test_sets_a_sparkline_on_both_borders(self):
        drawing = plot([("", [1]), ("", [2]), ("", [3])], edge_to_edge=True)

        assert [dot.x for dot in drawing.dots] == [0, 50, 100]

    def test_draws_an_axis_for_nothing_at_all(self):
        drawing = plot([])

        assert drawing.bars == ()
        assert drawing.area == ""
        assert len(drawing.ticks) > 1

    def test_refuses_labels_with_different_numbers_of_figures(self):
        with pytest.raises(UnevenChart):
            plot([("Jan", [1, 2]), ("Feb", [1])])

    @given(figures)
    def test_keeps_every_mark_inside_the_drawing(self, values):
        drawing = plot([(str(at), [value]) for at, value in enumerate(values)])

        for bar in drawing.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= 100
            assert bar.y >= 0
            assert bar.y + bar.height <= 100
            assert bar.height >= 0

    @given(figures)
    def test_covers_every_figure_with_its_axis(self, values):
        ticks = [tick.value for tick in plot([(str(at), [value]) for at, value in enumerate(values)]).ticks]

        assert ticks[0] <= min(values)
        assert max(values) <= ticks[-1]
        assert 0 in ticks
        assert len(ticks) <= 7


class TestShare:
    def test_lays_the_parts_side_by_side(self):
        purchased, granted = share([("", Money.of(75, "USD")), ("", Money.of(25, "USD"))])

        assert (purchased.x, purchased.width) == (0, 75)
        assert (granted.x, granted.width) == (75, 25)

    def test_leaves_the_bar_empty_for_nothing(self):
        assert share([("", 0), ("", 0)])[1].width == 0

    def test_gives_no_room_to_a_negative_part(self):
        assert share([("", 10), ("", -5)])[1].width == 0
