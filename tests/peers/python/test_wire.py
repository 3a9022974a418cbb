"""Compares what our client sends for each operation with what the official Python client sends."""

import itertools
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from azure.communication.identity import CommunicationIdentityClient, CommunicationUserIdentifier
from azure.core.credentials import AzureKeyCredential

import wire
from our_cli import OurClient
from wire_differences import ALLOWED, EVERY_OPERATION, OVER

SCOPES = ["chat", "voip"]
MINUTES = 90


class Python:
    """The official client's six operations, called with plain values."""

    def __init__(self, endpoint, access_key):
        client = CommunicationIdentityClient(endpoint, AzureKeyCredential(access_key))
        self.create_user = lambda: client.create_user().raw_id
        self.exchange_teams_user = client.get_token_for_teams_user
        self.revoke_tokens = lambda user: client.revoke_tokens(CommunicationUserIdentifier(user))
        self.delete_user = lambda user: client.delete_user(CommunicationUserIdentifier(user))
        self._client = client

    def create_user_and_token(self, scopes, minutes):
        return self._client.create_user_and_token(scopes, token_expires_in=timedelta(minutes=minutes))

    def issue_token(self, user, scopes, minutes):
        whom = CommunicationUserIdentifier(user)
        return self._client.get_token(whom, scopes, token_expires_in=timedelta(minutes=minutes))


def requests_of(client, emulator, token) -> dict[str, wire.Sent]:
    """Calls each operation once, and returns what was sent for it."""
    user = client.create_user()
    exchange = (token, emulator.spa.client_id, emulator.user.object_id)
    calls = {
        "create_user": (client.create_user, (), None),
        "create_user_and_token": (
            client.create_user_and_token,
            (SCOPES, MINUTES),
            {"createTokenWithScopes": SCOPES, "expiresInMinutes": MINUTES},
        ),
        "issue_token": (
            client.issue_token,
            (user, SCOPES, MINUTES),
            {"scopes": SCOPES, "expiresInMinutes": MINUTES},
        ),
        "revoke_tokens": (client.revoke_tokens, (user,), None),
        "delete_user": (client.delete_user, (user,), None),
        "exchange_teams_user": (
            client.exchange_teams_user,
            exchange,
            dict(zip(("token", "appId", "userId"), exchange)),
        ),
    }
    sent = {}
    for operation, (call, arguments, fields) in calls.items():
        emulator.forget_requests()
        call(*arguments)
        (record,) = [record for record in emulator.requests() if record["service"] == "acs"]
        assert (record["operation"], record["status"] // 100) == (operation, 2), record
        sent[operation] = wire.Sent.from_record(record, fields, {quote(user, safe=""): "{id}"})
    return sent


@pytest.fixture(scope="module")
def sent(emulator):
    """What Python's client sent and what ours sent, by transport and operation."""
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    found = {}
    for over, endpoint in zip(OVER, (emulator.https_url, emulator.http_url)):
        python = requests_of(Python(endpoint, emulator.access_key), emulator, token)
        connection_string = f"endpoint={endpoint};accesskey={emulator.access_key}"
        mine = requests_of(OurClient(emulator, connection_string), emulator, token)
        found |= {(over, operation): (python[operation], mine[operation]) for operation in EVERY_OPERATION}
    return found


@pytest.fixture(scope="module")
def found(sent):
    return [difference for call, pair in sent.items() for difference in wire.differences(*call, *pair)]


CALLS = list(itertools.product(OVER, EVERY_OPERATION))
every_call = pytest.mark.parametrize("call", CALLS, ids=" ".join)


@every_call
def test_the_same_method_target_and_body(sent, call):
    python, mine = sent[call]
    assert (mine.method, mine.target) == (python.method, python.target)
    assert mine.json == python.json
    if "/identities/" in mine.target:
        assert mine.target.startswith("/identities/{id}"), "an id is one encoded segment"


@every_call
def test_every_header_that_differs_is_allowed_to(found, call):
    assert [d for d in found if (d.over, d.operation) == call and not explanation(d)] == []


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: f"{allowed.header} {len(allowed.operations)}")
def test_every_allowed_difference_occurs(found, allowed, record_wire_difference):
    occurring = [d for d in found if explanation(d) is allowed]
    everywhere = set(itertools.product(allowed.over, allowed.operations))
    assert {(d.over, d.operation) for d in occurring} == everywhere
    record_wire_difference(allowed, occurring[0])


def explanation(difference):
    return next((allowed for allowed in ALLOWED if explains(allowed, difference)), None)


def explains(allowed, difference) -> bool:
    return (
        allowed.header == difference.header
        and difference.over in allowed.over
        and difference.operation in allowed.operations
        and fits(allowed.python, difference.python)
        and fits(allowed.ours, difference.ours)
    )


def fits(pattern: str | None, value: str | None) -> bool:
    if pattern is None or value is None:
        return pattern is value
    return re.fullmatch(pattern, value) is not None


@every_call
def test_what_we_send_is_what_is_documented(sent, call):
    """Compares with constants, so that the two clients can't be wrong in the same way."""
    _, mine = sent[call]
    _, operation = call
    has_type = operation in ("create_user", "create_user_and_token", "issue_token", "exchange_teams_user")
    assert mine.headers["accept"] == "application/json"
    assert mine.headers.get("content-type") == ("application/json" if has_type else None)
    assert mine.headers["x-ms-return-client-request-id"] == "true"
    assert mine.headers["user-agent"].startswith("acs-auth/")
    if operation in ("create_user", "revoke_tokens"):
        assert mine.headers["content-length"] == "0"
    assert mine.target.endswith("?api-version=2023-10-01")
