"""The request of a call, in a form in which two clients can be compared."""

import base64
import hashlib
import itertools
import json
import re
from dataclasses import dataclass

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d GMT"
)
SIGNATURE = re.compile(
    r"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=[A-Za-z0-9+/]{43}="
)

#: The key of the HTTP version among the headers.
VERSION = "(version)"

#: Headers that differ in each call. Only their form is compared here; the emulator verifies the values before
#: it answers.
FORMS = {"x-ms-client-request-id": UUID, "x-ms-date": DATE, "authorization": SIGNATURE}


@dataclass(frozen=True)
class Sent:
    """A request as the emulator has recorded it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def from_record(cls, record: dict, fields: dict | None, names_for: dict[str, str]) -> "Sent":
        """`fields` are the body's members, or `None` for no body; `names_for` has placeholders for parts of the target."""
        names = [name for name, _ in record["headers"]]
        repeated = {name for name in names if names.count(name) > 1}
        assert not repeated, f"sent twice: {repeated}"
        # HTTP/2 has the host in :authority. The record's `host` is the one that was signed, in either version.
        headers = {**dict(record["headers"]), "host": record["host"], VERSION: record["http_version"]}
        for name, form in FORMS.items():
            assert form.fullmatch(headers[name]), f"{name}: {headers[name]}"
        body = body_of_hash(headers["x-ms-content-sha256"], fields)
        target = record["target"]
        for text, name in names_for.items():
            target = target.replace(text, name)
        return cls(record["method"], target, headers, body)

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


def body_of_hash(sha: str, fields: dict | None) -> bytes:
    """Finds the body by its hash among all ways of writing `fields`.

    The emulator doesn't record bodies, because they contain tokens. It has verified the hash, so the text with this
    hash is the body.
    """
    for body in ways_of_writing(fields):
        if base64.b64encode(hashlib.sha256(body).digest()).decode() == sha:
            return body
    raise AssertionError(f"the body does not consist of {sorted(fields or {})}")


def ways_of_writing(fields: dict | None):
    if fields is None:
        yield b""
        return
    for members in itertools.permutations(fields.items()):
        for separators in ((", ", ": "), (",", ":")):
            yield json.dumps(dict(members), separators=separators).encode()


@dataclass(frozen=True)
class Difference:
    """A header that the two clients send differently; `None` if one of them doesn't send it."""

    over: str
    operation: str
    header: str
    python: str | None
    ours: str | None


def differences(over: str, operation: str, python: Sent, ours: Sent) -> list[Difference]:
    """Returns the headers that differ, except for those that differ in each call (`FORMS`)."""
    found = []
    for name in sorted(python.headers.keys() | ours.headers.keys()):
        theirs, mine = python.headers.get(name), ours.headers.get(name)
        if name in FORMS and theirs and mine:
            continue
        if theirs != mine:
            found.append(Difference(over, operation, name, theirs, mine))
    return found
