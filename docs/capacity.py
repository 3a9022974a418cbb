#!/usr/bin/env python3
"""Computes the tables of the page on capacity: `capacity.py` prints docs/tested/capacity.md, which a test compares."""

LIMIT = 500  # exchanges in 30 s, Microsoft's documentation
STARTED = 400  # exchanges in 30 s that the exchanger starts by default
LIFETIME = 75  # minutes: the mean of an Entra access token
MARGIN = 10  # minutes before its end at which the app renews it
USERS = 10_000_000
ENTRY = 64 * 1024 * 1024 / 15_000  # bytes of a cache entry


def per_30_s(an_hour):
    return an_hour / 120


def always_fresh(users, online, devices=1):
    """Apps that always hold a fresh token: exchanges in the busiest hour, and in a day of eight such hours."""
    an_hour = users * online * devices * 60 / (LIFETIME - MARGIN)
    return an_hour, an_hour * 8


def on_demand(users, active, uses, busiest):
    """Apps that request a token when the user starts something: exchanges in the busiest hour, and in a day."""
    a_day = users * active * uses
    return a_day * busiest, a_day


#: Each design's name, and its exchanges in the busiest hour and in a day.
DESIGNS = [
    ("always fresh, half of the users online at once", *always_fresh(USERS, 0.5)),
    ("always fresh, a fifth online at once", *always_fresh(USERS, 0.2)),
    ("on demand, 2 uses per user and day", *on_demand(USERS, 1, 2, 0.15)),
    ("on demand, a tenth of the users, 2 uses", *on_demand(USERS, 0.1, 2, 0.15)),
    ("one exchange per user and day, tokens of 24 h", *on_demand(USERS, 1, 1, 0.25)),
]


def rounded(number):
    """A number with three significant digits."""
    digits = max(0, 3 - len(str(int(number)))) if number < 100 else 0
    scale = 10 ** max(0, len(str(int(number))) - 3)
    return f"{round(number / scale) * scale:,}" if not digits else f"{number:.{digits}f}"


def designs():
    yield "| design | exchanges a day | in the busiest 30 s | resources needed, at 400 each | users a day that one resource can serve |"
    yield "|---|--:|--:|--:|--:|"
    for name, an_hour, a_day in DESIGNS:
        peak = per_30_s(an_hour)
        factor = peak / STARTED
        yield f"| {name} | {rounded(a_day)} | {rounded(peak)} | {rounded(factor)} | {rounded(USERS / factor)} |"


def bursts():
    yield "| users who need a token at once | shortest time to serve them, one resource | with 10 resources |"
    yield "|--:|--:|--:|"
    for users in (1_000, 10_000, 100_000):
        seconds = users / (STARTED / 30)
        yield f"| {users:,} | {rounded(seconds)} s | {rounded(seconds / 10)} s |"


def memory():
    yield "| users online at once | cache, if one Redis or process had all |"
    yield "|--:|--:|"
    for users in (10_000, 100_000, 1_000_000, 5_000_000):
        size = users * ENTRY / 2**20
        yield f"| {users:,} | {rounded(size)} MiB |" if size < 1024 else f"| {users:,} | {rounded(size / 1024)} GiB |"


def maximum():
    a_day = LIMIT * 2 * 60 * 24
    started = STARTED * 2 * 60 * 24
    yield "| | in 30 s | a second | an hour | a day |"
    yield "|---|--:|--:|--:|--:|"
    for name, limit, whole in (("the documented limit", LIMIT, a_day), ("what the exchanger starts (80 %)", STARTED, started)):
        yield f"| {name} | {limit} | {limit / 30:.1f} | {limit * 120:,} | {whole:,} |"


def page():
    parts = ["<!-- Printed by docs/capacity.py; docs/test_check.py compares. -->\n"]
    for made in (maximum, designs, bursts, memory):
        parts.append(f"<!-- ANCHOR: {made.__name__} -->\n" + "\n".join(made()) + f"\n<!-- ANCHOR_END: {made.__name__} -->\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
