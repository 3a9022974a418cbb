"""azure-identity's credential as the bearer of the official identity client, instead of an access key."""

import asyncio

import pytest
from azure.communication.identity import CommunicationIdentityClient, CommunicationTokenScope
from azure.communication.identity.aio import CommunicationIdentityClient as AsyncCommunicationIdentityClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, ManagedIdentityCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential

SCOPES = [CommunicationTokenScope.CHAT]


def secret_of_the_daemon(kind, emulator, secret=None):
    return kind(
        emulator.tenant_id,
        emulator.daemon.client_id,
        secret or emulator.daemon.client_secret,
        authority=emulator.https_url,
        disable_instance_discovery=True,
    )


def test_all_six_operations(emulator):
    with secret_of_the_daemon(ClientSecretCredential, emulator) as credential:
        client = CommunicationIdentityClient(emulator.https_url, credential)
        emulator.forget_requests()
        user = client.create_user()
        other, token = client.create_user_and_token(SCOPES)
        assert other.raw_id != user.raw_id and token.token
        assert client.get_token(user, SCOPES).token
        client.revoke_tokens(user)
        client.delete_user(user)
        teams_token = emulator.mint(emulator.user, emulator.spa.client_id)
        assert client.get_token_for_teams_user(
            teams_token, emulator.spa.client_id, emulator.user.object_id
        ).token
    kept = [request for request in emulator.requests() if request["service"] == "acs"]
    assert len(kept) == 6
    for request in kept:
        names = [name for name, _ in request["headers"]]
        assert dict(request["headers"])["authorization"].startswith("Bearer ")
        assert "x-ms-date" not in names and "x-ms-content-sha256" not in names


def test_all_six_operations_aio(emulator):
    async def use():
        async with (
            secret_of_the_daemon(AsyncClientSecretCredential, emulator) as credential,
            AsyncCommunicationIdentityClient(emulator.https_url, credential) as client,
        ):
            user = await client.create_user()
            other, token = await client.create_user_and_token(SCOPES)
            assert other.raw_id != user.raw_id and token.token
            assert (await client.get_token(user, SCOPES)).token
            await client.revoke_tokens(user)
            await client.delete_user(user)
            teams_token = emulator.mint(emulator.user, emulator.spa.client_id)
            return await client.get_token_for_teams_user(
                teams_token, emulator.spa.client_id, emulator.user.object_id
            )

    assert asyncio.run(use()).token


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"AZURE_POD_IDENTITY_AUTHORITY_HOST": ""}, "/metadata/identity/oauth2/token"),
        ({"IDENTITY_ENDPOINT": "/msi/token", "IDENTITY_HEADER": None}, "/msi/token"),
    ],
    ids=["virtual machine", "App Service"],
)
def test_a_managed_identity(emulator, monkeypatch, variables, path):
    for name, of_http_url in variables.items():
        value = emulator.identity_header if of_http_url is None else emulator.http_url + of_http_url
        monkeypatch.setenv(name, value)
    emulator.forget_requests()
    with ManagedIdentityCredential() as credential:
        client = CommunicationIdentityClient(emulator.https_url, credential)
        assert client.create_user().raw_id.startswith("8:acs:")
    asked = [request["target"] for request in emulator.requests() if request["service"] == "entra"]
    assert [target.split("?")[0] for target in asked] == [path]


def test_a_wrong_client_secret(emulator):
    credential = secret_of_the_daemon(ClientSecretCredential, emulator, "wrong")
    client = CommunicationIdentityClient(emulator.https_url, credential)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        client.create_user()


def test_a_rejected_user_token_is_not_a_rejected_bearer(emulator):
    """Both are a 401: the code tells the user's token in the body from the bearer in the header."""
    with secret_of_the_daemon(ClientSecretCredential, emulator) as credential:
        client = CommunicationIdentityClient(emulator.https_url, credential)
        with pytest.raises(ClientAuthenticationError) as caught:
            client.get_token_for_teams_user(
                "no-token-at-all", emulator.spa.client_id, emulator.user.object_id
            )
    assert caught.value.error.code == "InvalidAccessToken"


def test_a_token_of_another_audience_is_no_bearer(emulator):
    class TeamsTokenAsBearer:
        def get_token(self, *scopes, **_):
            return AccessToken(emulator.mint(emulator.user, emulator.spa.client_id), 2**31)

    client = CommunicationIdentityClient(emulator.https_url, TeamsTokenAsBearer())
    with pytest.raises(ClientAuthenticationError) as caught:
        client.create_user()
    assert caught.value.error.code == "Denied"
