"""Charts: where every bar and point stands, in percent of the drawing, so that templates only draw.

Percentages let one drawing fit a phone and a desk without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from agency.foundation.money import Money

Figure: TypeAlias = int | Decimal | Money

WHOLE = Decimal(100)
# The share of its slot that a bar fills.
BAR_SHARE = Decimal("0.56")
TICKS_WANTED = 4
NICE_STEPS = tuple(Decimal(step) for step in ("1", "2", "2.5", "5", "10"))


class UnevenChart(ValueError):
    """A point has another number of figures than the chart has series: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart at ``value`` (of money: major units), ``y`` percent from the top."""

    value: int | Decimal
    y: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of one series; ``x``, ``y``, ``width`` and ``height`` are percentages."""

    label: str
    value: Figure
    series: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a line; ``x`` and ``y`` are percentages."""

    label: str
    value: Figure
    x: Decimal
    y: Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a whole in a bar from left to right; both are percentages."""

    x: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of labelled figures: bars stacked per label, dots along the first series, ticks."""

    labels: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    zero: Decimal

    @property
    def line(self) -> str:
        """The dots joined, as the points of an SVG polyline in a box of 100 by 100."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def area(self) -> str:
        """The ground between the line and zero, as the points of an SVG polygon."""
        if not self.dots:
            return ""
        return f"{self.dots[0].x},{self.zero} {self.line} {self.dots[-1].x},{self.zero}"


def plot(points: Sequence[tuple[str, Sequence[Figure]]], *, edge_to_edge: bool = False) -> Plot:
    """Place each label's figures from left to right, stacked upwards (what is negative, downwards).

    ``edge_to_edge`` sets the first and last dot on the borders, as a sparkline wants it.

    Raises:
        UnevenChart: the labels do not all carry the same number of figures.
    """
    if len({len(figures) for _, figures in points}) > 1:
        raise UnevenChart("Every label needs one figure per series.")
    low, high, step = _scale([[_number(figure) for figure in figures] for _, figures in points], whole=_count(points))
    slot = WHOLE / max(len(points), 1)
    bars = [bar for at, point in enumerate(points) for bar in _stack(point, at * slot, slot, low, high)]
    labels = [Dot(label, 0, _short(at * slot + slot / 2), WHOLE) for at, (label, _) in enumerate(points)]
    return Plot(
        labels=tuple(labels),
        bars=tuple(bars),
        dots=tuple(_dots(points, low, high, edge_to_edge=edge_to_edge)),
        ticks=tuple(_ticks(low, high, step)),
        zero=_height_of(Decimal(0), low, high),
    )


def share(parts: Sequence[tuple[str, Figure]]) -> list[Piece]:
    """Lay the positive parts of a whole side by side; nothing at all leaves the bar empty."""
    numbers = [max(_number(figure), Decimal(0)) for _, figure in parts]
    whole = sum(numbers, Decimal(0)) or Decimal(1)
    starts = [sum(numbers[:at], Decimal(0)) for at in range(len(numbers))]
    return [
        Piece(_short(start / whole * WHOLE), _short(number / whole * WHOLE))
        for start, number in zip(starts, numbers, strict=True)
    ]


def _number(figure: Figure) -> Decimal:
    return figure.amount if isinstance(figure, Money) else Decimal(figure)


def _short(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _height_of(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Percent from the top of the drawing at which a value stands."""
    return _short((high - value) / (high - low) * WHOLE)


def _count(points: Sequence[tuple[str, Sequence[Figure]]]) -> bool:
    """Whether things are counted, of which there are no halves."""
    return all(not isinstance(figure, Money) and figure == int(figure) for _, figures in points for figure in figures)


def _scale(stacks: list[list[Decimal]], *, whole: bool) -> tuple[Decimal, Decimal, Decimal]:
    """Lowest and highest value of the axis and the step between its lines, all round numbers."""
    none = Decimal(0)
    top = max((sum((figure for figure in stack if figure > 0), none) for stack in stacks), default=none)
    bottom = min((sum((figure for figure in stack if figure < 0), none) for stack in stacks), default=none)
    if top == bottom:
        return none, Decimal(TICKS_WANTED), Decimal(1)
    rough = (top - bottom) / TICKS_WANTED
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(nice * unit for nice in NICE_STEPS if nice * unit >= rough)
    if whole:
        step = step.to_integral_value(rounding="ROUND_CEILING")
    return _steps_down(bottom, step) * step, -_steps_down(-top, step) * step, step


def _steps_down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding="ROUND_FLOOR")


def _ticks(low: Decimal, high: Decimal, step: Decimal) -> list[Tick]:
    values = [low + step * count for count in range(int((high - low) / step) + 1)]
    return [Tick(_plain(value), _height_of(value, low, high)) for value in values]


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _stack(point: tuple[str, Sequence[Figure]], left: Decimal, slot: Decimal, low: Decimal, high: Decimal) -> list[Bar]:
    label, figures = point
    width = slot * BAR_SHARE
    x = left + (slot - width) / 2
    reached = {True: Decimal(0), False: Decimal(0)}
    bars = []
    for series, figure in enumerate(figures):
        number = _number(figure)
        start, end = reached[number >= 0], reached[number >= 0] + number
        reached[number >= 0] = end
        y = _height_of(max(start, end), low, high)
        height = _height_of(min(start, end), low, high) - y
        bars.append(Bar(label, figure, series, _short(x), y, _short(width), height))
    return bars


def _dots(
    points: Sequence[tuple[str, Sequence[Figure]]], low: Decimal, high: Decimal, *, edge_to_edge: bool
) -> list[Dot]:
    slot = WHOLE / max(len(points), 1)
    spread = WHOLE / max(len(points) - 1, 1)
    return [
        Dot(
            label,
            figures[0],
            _short(at * spread if edge_to_edge else at * slot + slot / 2),
            _height_of(_number(figures[0]), low, high),
        )
        for at, (label, figures) in enumerate(points)
    ]
