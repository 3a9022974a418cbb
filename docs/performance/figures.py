"""Statistics of one run's figures: medians, quartiles, ratios, and how a cost grows with the work."""

import math
import statistics


def quartiles(values):
    """The median with the quartiles around it."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high


def ratios(values, others):
    """The ratio of each round if both have as many rounds; otherwise the ratio of the medians."""
    if len(values) == len(others):
        return [value / other for value, other in zip(values, others)]
    return [statistics.median(values) / statistics.median(others)]


def differences(values, others):
    """The difference of each round if both have as many rounds; otherwise the difference of the medians."""
    if len(values) == len(others):
        return [value - other for value, other in zip(values, others)]
    return [statistics.median(values) - statistics.median(others)]


def exponent(points):
    """The power of the work with which a cost grows, fitted to the last three of its points (work, cost). None if there are fewer than three.

    Earlier points don't count, because costs that don't depend on the work dominate them.
    """
    last = sorted(point for point in points if point[1] > 0)[-3:]
    if len(last) < 3:
        return None
    xs, ys = [math.log(work) for work, _ in last], [math.log(cost) for _, cost in last]
    middle_x, middle_y = statistics.mean(xs), statistics.mean(ys)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys)) / sum((x - middle_x) ** 2 for x in xs)


def number(value):
    """A number with three significant digits."""
    if value == 0:
        return "0"
    value = round(value, 2 - math.floor(math.log10(abs(value))))
    # Of the rounded value: 99.96 becomes 100, which has no decimals.
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def size(value):
    """A number of bytes with a unit."""
    for unit, length in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if abs(value) >= length:
            return f"{number(value / length)} {unit}"
    return f"{number(value)} B"


class Section:
    """The figures of a section: what was measured, for which contender, and in which unit."""

    def __init__(self, figures):
        self.figures = figures

    def units(self):
        return list(dict.fromkeys(figure["unit"] for figure in self.figures))

    def names(self, unit):
        return list(dict.fromkeys(figure["name"] for figure in self.figures if figure["unit"] == unit))

    def contenders(self, name, unit):
        """The values of each contender."""
        return {figure["contender"]: figure["values"] for figure in self.figures if (figure["name"], figure["unit"]) == (name, unit)}
