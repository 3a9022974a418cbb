"""All six operations with the official client, unmodified, over TLS."""

from datetime import datetime, timedelta, timezone

import pytest
from azure.communication.identity import CommunicationTokenScope, CommunicationUserIdentifier
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

SCOPES = [CommunicationTokenScope.CHAT, CommunicationTokenScope.VOIP]


def lifetime(token) -> timedelta:
    """The official client returns `expiresOn` as the string that it received."""
    return datetime.fromisoformat(token.expires_on) - datetime.now(timezone.utc)


def test_create_user(client):
    user = client.create_user()
    assert user.raw_id.startswith("8:acs:")
    assert user.properties["id"] == user.raw_id
    assert client.create_user().raw_id != user.raw_id


def test_create_user_and_token(client):
    user, token = client.create_user_and_token(SCOPES)
    assert user.raw_id.startswith("8:acs:")
    assert token.token.count(".") == 2
    assert timedelta(hours=23) < lifetime(token) <= timedelta(hours=24, minutes=1)


def test_create_user_and_token_for_an_hour(client):
    _, token = client.create_user_and_token(SCOPES, token_expires_in=timedelta(hours=1))
    assert timedelta(minutes=55) < lifetime(token) <= timedelta(minutes=61)


def test_get_token(client):
    user = client.create_user()
    token = client.get_token(user, SCOPES, token_expires_in=timedelta(hours=2))
    assert token.token.count(".") == 2
    assert timedelta(minutes=115) < lifetime(token) <= timedelta(minutes=121)


def test_get_token_for_each_scope(client):
    user = client.create_user()
    for scope in CommunicationTokenScope:
        assert client.get_token(user, [scope]).token


def test_revoke_tokens(client):
    user, _ = client.create_user_and_token(SCOPES)
    assert client.revoke_tokens(user) is None
    assert client.get_token(user, SCOPES).token


def test_delete_user(client):
    user = client.create_user()
    assert client.delete_user(user) is None
    with pytest.raises(ResourceNotFoundError) as caught:
        client.get_token(user, SCOPES)
    assert caught.value.status_code == 404


def test_get_token_for_teams_user(client, emulator):
    teams_token = emulator.mint(emulator.user, emulator.spa.client_id)
    token = client.get_token_for_teams_user(teams_token, emulator.spa.client_id, emulator.user.object_id)
    assert token.token.count(".") == 2
    assert token.token != teams_token
    assert timedelta(minutes=10) < lifetime(token) <= timedelta(minutes=90)


@pytest.mark.parametrize("minutes", [59, 1441])
def test_an_expiry_out_of_range(client, minutes):
    message = f"ExpiresInMinutes value {minutes} is invalid. Value must be within the [60, 1440] interval."
    expiry = timedelta(minutes=minutes)
    user = client.create_user()
    for call in (
        lambda: client.get_token(user, SCOPES, token_expires_in=expiry),
        lambda: client.create_user_and_token(SCOPES, token_expires_in=expiry),
    ):
        with pytest.raises(HttpResponseError) as caught:
            call()
        error = caught.value
        assert (error.status_code, error.error.code, error.error.message) == (400, "ValidationError", message)
        assert error.error.target == "ExpiresInMinutes"


@pytest.mark.parametrize("minutes", [60, 1440])
def test_an_expiry_at_the_edge(client, minutes):
    expiry = timedelta(minutes=minutes)
    token = client.get_token(client.create_user(), SCOPES, token_expires_in=expiry)
    assert abs(lifetime(token) - expiry) < timedelta(minutes=1)


def test_a_token_without_scopes(client):
    with pytest.raises(HttpResponseError) as caught:
        client.get_token(client.create_user(), [])
    error = caught.value
    assert (error.status_code, error.error.code) == (400, "ValidationError")
    assert error.error.message == "Scopes: The Scopes field is required."
    assert error.error.target == "Scopes"


def test_an_api_version_that_does_not_exist(flavour, emulator):
    def make(kind):
        return kind.from_connection_string(emulator.connection_string, api_version="2001-01-01")

    with flavour(make) as client, pytest.raises(HttpResponseError) as caught:
        client.create_user()
    assert (caught.value.status_code, caught.value.error.code) == (400, "UnsupportedApiVersion")


def test_an_identity_that_was_never_created(client):
    """Unverified: what the service answers here is not known; the emulator's default is a 404."""
    resource = client.create_user().raw_id.split("_")[0]
    with pytest.raises(ResourceNotFoundError):
        client.revoke_tokens(CommunicationUserIdentifier(f"{resource}_00000000-0000-4000-8000-000000000000"))


def test_a_wrong_access_key(flavour, emulator):
    wrong = emulator.connection_string.replace(emulator.access_key, "d3JvbmcgYWNjZXNzIGtleQ==")
    with flavour(lambda kind: kind.from_connection_string(wrong)) as client:
        with pytest.raises(ClientAuthenticationError) as caught:
            client.create_user()
    error = caught.value
    assert (error.status_code, error.error.code) == (401, "Denied")
    assert error.error.message == "Denied by the resource provider."
    assert "api-supported-versions" not in error.response.headers
