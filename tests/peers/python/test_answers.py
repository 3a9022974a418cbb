"""The same cases with our client and with the official one; the results are compared field by field."""

from datetime import datetime, timedelta

import pytest
from azure.communication.identity import CommunicationIdentityClient, CommunicationUserIdentifier
from azure.core.exceptions import HttpResponseError

from exchange import cases
from our_cli import OurClient, Refused

SCOPES = ["chat", "voip"]
#: The maximum time between two calls whose tokens have the same lifetime.
BETWEEN_CALLS = timedelta(seconds=20)


@pytest.fixture
def official(emulator):
    return CommunicationIdentityClient.from_connection_string(emulator.connection_string, retry_total=0)


def expiry(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shape(token: str) -> int:
    """The format of a token isn't documented, so only the number of its parts is compared."""
    return token.count(".")


def assert_alike(mine: dict, theirs):
    """Compares two tokens that were issued one after the other for the same purpose."""
    assert mine["token"] and shape(mine["token"]) == shape(theirs.token)
    assert abs(expiry(mine["expires_on"]) - expiry(theirs.expires_on)) < BETWEEN_CALLS


def test_create_user(ours, official):
    mine, theirs = ours.create_user(), official.create_user().raw_id
    assert mine != theirs
    assert mine.split("_")[0] == theirs.split("_")[0], "the resource"
    # Each of them finds the other's user.
    official.delete_user(CommunicationUserIdentifier(mine))
    ours.delete_user(theirs)


def test_create_user_and_token(ours, official):
    mine = ours.create_user_and_token(SCOPES, minutes=90)
    user, theirs = official.create_user_and_token(SCOPES, token_expires_in=timedelta(minutes=90))
    assert mine["id"].split("_")[0] == user.raw_id.split("_")[0]
    assert_alike(mine, theirs)


def test_issue_token(ours, official):
    user = official.create_user()
    mine = ours.issue_token(user.raw_id, SCOPES, minutes=90)
    theirs = official.get_token(user, SCOPES, token_expires_in=timedelta(minutes=90))
    assert_alike(mine, theirs)


def test_revoke_tokens(ours, official):
    user = official.create_user()
    assert ours.revoke_tokens(user.raw_id) is official.revoke_tokens(user) is None


def test_exchange(ours, official, emulator):
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    arguments = (token, emulator.spa.client_id, emulator.user.object_id)
    mine, theirs = ours.exchange_teams_user(*arguments), official.get_token_for_teams_user(*arguments)
    assert shape(mine["token"]) == shape(theirs.token)
    # Both end with the one Entra token; ours rounds down to the second.
    assert expiry(mine["expires_on"]) == expiry(theirs.expires_on).replace(microsecond=0)


def refusal(call, *arguments) -> dict:
    """Returns the official client's error, with the names of ours."""
    with pytest.raises(HttpResponseError) as caught:
        call(*arguments)
    said = caught.value.error
    return {
        "status": caught.value.status_code,
        "code": said and said.code,
        "message": said and said.message,
        "target": said and said.target,
    }


def assert_same_refusal(mine: Refused, theirs: dict, kind: str, value: int):
    same = ("status", "code", "target")
    assert {name: mine.error[name] for name in same} == {name: theirs[name] for name in same}
    if theirs["message"]:
        # Our reason is the service's message, as a sentence, and what to do about it.
        assert mine.error["reason"].startswith(theirs["message"].rstrip("."))
    assert (mine.error["kind"], mine.error["value"], mine.exit_code) == (kind, value, value)


def assert_refused_alike(ours, theirs: dict, kind: str, value: int, *arguments):
    with pytest.raises(Refused) as caught:
        ours.exchange_teams_user(*arguments)
    assert_same_refusal(caught.value, theirs, kind, value)


KINDS = {400: ("ValidationFailed", 5), 401: ("EntraTokenRejected", 4)}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_refused_exchange(case, ours, official, emulator):
    token, *ids = case.arguments(emulator)
    theirs = refusal(official.get_token_for_teams_user, token, *ids)
    if token is None:
        # The official client omits the member; ours always passes a token.
        token, theirs = "", refusal(official.get_token_for_teams_user, "", *ids)
    assert_refused_alike(ours, theirs, *KINDS[theirs["status"]], token, *ids)


def test_a_refused_exchange_of_a_user_without_a_licence(ours, official, emulator):
    user = emulator.unlicensed_user
    token = emulator.mint(user, emulator.spa.client_id)
    arguments = (token, emulator.spa.client_id, user.object_id)
    theirs = refusal(official.get_token_for_teams_user, *arguments)
    assert_refused_alike(ours, theirs, "ServiceError", 9, *arguments)


def test_a_refused_access_key(emulator):
    wrong = emulator.connection_string.replace(emulator.access_key, "d3JvbmcgYWNjZXNzIGtleQ==")
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    arguments = (token, emulator.spa.client_id, emulator.user.object_id)
    official = CommunicationIdentityClient.from_connection_string(wrong)
    theirs = refusal(official.get_token_for_teams_user, *arguments)
    assert_refused_alike(OurClient(emulator, wrong), theirs, "CredentialDenied", 6, *arguments)


@pytest.mark.parametrize(
    ("fault", "kind", "value"),
    [
        ({"status": 429, "retry_after": {"seconds": 60}}, "Throttled", 8),
        ({"status": 500}, "ServiceError", 9),
    ],
    ids=["throttled", "service fault"],
)
def test_a_spoiled_exchange(ours, official, emulator, fault, kind, value):
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    arguments = (token, emulator.spa.client_id, emulator.user.object_id)
    # One for the official client, which does not retry here, and as many as ours may try.
    emulator.spoil(operation="exchange_teams_user", count=4, **fault)
    theirs = refusal(official.get_token_for_teams_user, *arguments)
    assert_refused_alike(ours, theirs, kind, value, *arguments)


def test_an_expiry_out_of_range(ours, official, emulator):
    """The only case with a different result: ours checks the expiry before anything is sent."""
    user = official.create_user()
    expiry = timedelta(minutes=59)
    theirs = refusal(lambda: official.get_token(user, SCOPES, token_expires_in=expiry))
    assert (theirs["status"], theirs["target"]) == (400, "ExpiresInMinutes")
    emulator.forget_requests()
    with pytest.raises(Refused) as caught:
        ours.issue_token(user.raw_id, SCOPES, minutes=59)
    error = caught.value.error
    assert (error["kind"], error["target"], error["status"]) == ("InvalidArgument", "token_expires_in", None)
    assert emulator.requests() == []


def test_an_identity_that_is_gone(ours, official):
    user = official.create_user()
    official.delete_user(user)
    theirs = refusal(lambda: official.get_token(user, SCOPES))
    with pytest.raises(Refused) as caught:
        ours.issue_token(user.raw_id, SCOPES, minutes=60)
    assert_same_refusal(caught.value, theirs, "NotFound", 7)


def test_three_service_faults_in_a_row(ours, emulator):
    """Our client makes three attempts: it succeeds after two faults, and returns the third."""
    token = emulator.mint(emulator.user, emulator.spa.client_id)
    arguments = (token, emulator.spa.client_id, emulator.user.object_id)
    emulator.spoil(operation="exchange_teams_user", count=2, status=500)
    assert ours.exchange_teams_user(*arguments)["token"]
    emulator.spoil(operation="exchange_teams_user", count=3, status=500)
    with pytest.raises(Refused):
        ours.exchange_teams_user(*arguments)
