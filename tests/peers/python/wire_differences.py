"""The headers in which our client may differ from the official Python client, and why.

A difference that isn't listed here fails the test, and so does one that no longer occurs. The order and the
case of names aren't compared, because they mean nothing in HTTP.
"""

from dataclasses import dataclass

EVERY_OPERATION = (
    "create_user",
    "create_user_and_token",
    "issue_token",
    "revoke_tokens",
    "delete_user",
    "exchange_teams_user",
)
OVER = ("TLS", "plain HTTP")
WITH_A_BODY = ("create_user_and_token", "issue_token", "exchange_teams_user")


@dataclass(frozen=True)
class Allowed:
    """A header that may differ. The patterns are regular expressions; `None` means that the header isn't sent."""

    header: str
    operations: tuple[str, ...]
    python: str | None
    ours: str | None
    reason: str
    over: tuple[str, ...] = OVER


ALLOWED = (
    Allowed(
        "accept-encoding",
        EVERY_OPERATION,
        python="gzip, deflate",
        ours=None,
        reason="an answer is small and holds a secret, which is better not compressed: no encoding is asked for",
    ),
    Allowed(
        "connection",
        EVERY_OPERATION,
        python="keep-alive",
        ours=None,
        reason="it is what HTTP/1.1 does without being told, and HTTP/2 forbids the header",
    ),
    Allowed(
        "content-length",
        WITH_A_BODY,
        python=r"\d+",
        ours=r"\d+",
        reason="ours is compact JSON, Python's has spaces after commas and colons; the members are the same",
    ),
    Allowed(
        "content-length",
        ("delete_user",),
        python="0",
        ours=None,
        reason="a DELETE that has no body needs none; the official JavaScript client sends none either",
    ),
    Allowed(
        "x-ms-content-sha256",
        WITH_A_BODY,
        python="[A-Za-z0-9+/]{43}=",
        ours="[A-Za-z0-9+/]{43}=",
        reason="the hash is over the bytes sent, which differ as said for content-length",
    ),
    Allowed(
        "user-agent",
        EVERY_OPERATION,
        python=r"azsdk-python-communication-identity/\S+ Python/\S+ \(.*\)",
        ours=r"acs-auth/\d+\.\d+\.\d+ .*",
        reason="each names itself",
    ),
)
