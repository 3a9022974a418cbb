"""What a value is compared with: a value, or an object with one word."""

import json


def check(found, expected, scope, now):
    """Each member that is named must be there."""
    unknown = [name for name in expected if name not in found]
    assert not unknown, f"there is no member {unknown[0]!r} to compare"
    check_some(found, expected, scope, now)


def check_some(found, expected, scope, now):
    for name, matcher in expected.items():
        value = found.get(name) if isinstance(found, dict) else None
        matches(name, value, scope.fill(matcher), scope, now)


def matches(name, value, matcher, scope, now):
    if not isinstance(matcher, dict):
        same = value == matcher and isinstance(value, bool) == isinstance(matcher, bool)
        assert same, f"{name}: is {value!r}, not {matcher!r}"
        return
    assert len(matcher) == 1, f"a matcher has one word: {matcher}"
    [(word, argument)] = matcher.items()
    if word == "has":
        check_some(value, argument, scope, now)
        return
    assert word in WORDS, f"{name}: there is no word {word!r}"
    assert WORDS[word](value, argument, now), f"{name}: is {value!r}, which is not {word} {argument!r}"


def _text(value):
    return value if isinstance(value, str) else ""


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_json(value, wanted):
    try:
        return json.loads(_text(value)) == wanted
    except ValueError:
        return False


WORDS = {
    "present": lambda value, wanted, _: wanted != (value is None or value == ""),
    "prefix": lambda value, prefix, _: _text(value).startswith(prefix),
    "contains": lambda value, parts, _: bool(parts) and all(part in _text(value) for part in parts),
    "lacks": lambda value, parts, _: isinstance(value, str) and not any(part in value for part in parts),
    "ignoring_case": lambda value, wanted, _: _text(value).lower() == wanted.lower(),
    "between": lambda value, bounds, _: _is_number(value) and bounds[0] <= value <= bounds[1],
    "seconds_from_now": lambda value, bounds, now: _is_number(value) and now + bounds[0] <= value <= now + bounds[1],
    "json": lambda value, wanted, _: _is_json(value, wanted),
}
