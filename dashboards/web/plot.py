"""Small line plots as SVG figures: where each point lies. Keeps out: colours and words (the template, the style)."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.answers.evaluations import Trend

WIDTH, HEIGHT, EDGE = 320.0, 60.0, 4.0


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value, in the figure's own units from the top left; `shown` is the value for people."""

    x: float
    y: float
    shown: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A metric over runs. `lines` are polylines in SVG's words, broken where nothing was measured."""

    trend: Trend
    points: Sequence[Point]
    lines: Sequence[str]
    width: float = WIDTH
    height: float = HEIGHT


def plot(trend: Trend) -> Plot:
    """The oldest run on the left, zero at the bottom, the trend's `most` at the top."""
    steps = max(len(trend.values) - 1, 1)
    most = trend.most or 1.0
    points: list[Point] = []
    lines: list[list[Point]] = [[]]
    for number, (value, shown) in enumerate(zip(trend.values, trend.shown, strict=True)):
        if value is None:
            lines.append([])
            continue
        x = EDGE + (WIDTH - 2 * EDGE) * number / steps
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(1.0, max(0.0, value / most))
        points.append(Point(round(x, 1), round(y, 1), shown))
        lines[-1].append(points[-1])
    drawn = [" ".join(f"{point.x},{point.y}" for point in line) for line in lines if len(line) > 1]
    return Plot(trend, points, drawn)
