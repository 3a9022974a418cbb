"""`${…}`: values that are known only when a case runs."""

import json
import re

REFERENCE = re.compile(r"\$\{([^}]*)\}")


class Scope:
    def __init__(self):
        self._names = {}

    def name(self, name, value):
        assert name not in self._names, f"{name!r} names two things"
        self._names[name] = value

    def fill(self, value):
        if isinstance(value, str):
            return self._fill_text(value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {name: self.fill(item) for name, item in value.items()}
        return value

    def _fill_text(self, text):
        whole = REFERENCE.fullmatch(text)
        if whole:
            return self._look_up(whole[1])
        filled = REFERENCE.sub(lambda found: as_text(self._look_up(found[1])), text)
        assert "${" not in filled, f"{text!r}: a reference has no end"
        return filled

    def _look_up(self, path):
        name, *members = path.split(".")
        assert name in self._names, f"${{{path}}} names nothing"
        found = self._names[name]
        for member in members:
            try:
                found = found[int(member)] if isinstance(found, list) else found[member]
            except (KeyError, IndexError, TypeError, ValueError):
                raise AssertionError(f"${{{path}}} names nothing") from None
        return found


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)
