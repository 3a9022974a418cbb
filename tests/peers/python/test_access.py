"""The token exchanges of `azure-communication-callautomation`, the newest official code for them: of Teams Phone extensibility,
and of Entra users."""

import asyncio
import time

import pytest
from azure.communication.callautomation._shared.models import CommunicationIdentifierKind, identifier_from_raw_id
from azure.communication.callautomation._shared.token_exchange import TokenExchangeClient
from azure.communication.callautomation._shared.token_exchange_async import TokenExchangeClient as AsyncTokenExchangeClient
from azure.communication.callautomation._shared.user_credential import CommunicationTokenCredential
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import AioHttpTransport

EXTENSION = ["https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"]
ENTRA = ["https://communication.azure.com/clients/VoIP"]
KINDS = {"teams_extension": EXTENSION, "entra_user": ENTRA}


class Minted:
    """A credential that returns one minted token."""

    def __init__(self, token):
        self._token = AccessToken(token, int(time.time()) + 3600)

    def get_token(self, *scopes, **kwargs):
        return self._token


class MintedAsync(Minted):
    async def get_token(self, *scopes, **kwargs):
        return self._token


def exchanged(emulator, token, scopes, is_async):
    if not is_async:
        return TokenExchangeClient(emulator.https_url, Minted(token), scopes).exchange_entra_token()

    async def exchange():
        # The client doesn't close the transport that it creates itself.
        async with AioHttpTransport() as transport:
            client = AsyncTokenExchangeClient(emulator.https_url, MintedAsync(token), scopes, transport=transport)
            return await client.exchange_entra_token()

    return asyncio.run(exchange())


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("kind", "scopes"), KINDS.items())
def test_an_entra_token_is_exchanged(emulator, kind, scopes, is_async):
    emulator.forget_requests()
    token = exchanged(emulator, emulator.mint(emulator.user, emulator.spa.client_id, kind), scopes, is_async)
    assert token.token.count(".") == 2
    assert token.expires_on > time.time()
    (sent,) = emulator.requests()
    assert sent["status"] == 200
    assert all(check["ok"] for check in sent["checks"]), sent["checks"]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_user_without_a_licence(emulator, is_async):
    token = emulator.mint(emulator.unlicensed_user, emulator.spa.client_id, "teams_extension")
    with pytest.raises(HttpResponseError) as refused:
        exchanged(emulator, token, EXTENSION, is_async)
    assert refused.value.status_code == 403
    assert refused.value.error.code == "UserLicenseNotPresentForbidden"


@pytest.mark.parametrize(("kind", "scopes"), [("teams", EXTENSION), ("teams_extension", ENTRA), ("entra_user", EXTENSION)])
def test_a_token_for_another_exchange(emulator, kind, scopes):
    token = emulator.mint(emulator.user, emulator.spa.client_id, kind)
    with pytest.raises(HttpResponseError) as refused:
        exchanged(emulator, token, scopes, False)
    assert refused.value.status_code == 401


def test_the_credential_exchanges_once(emulator):
    token = emulator.mint(emulator.user, emulator.spa.client_id, "teams_extension")
    emulator.forget_requests()
    credential = CommunicationTokenCredential(
        resource_endpoint=emulator.https_url, token_credential=Minted(token), scopes=EXTENSION
    )
    with credential:
        assert credential.get_token().token == credential.get_token().token
    assert len(emulator.requests()) == 1


def test_our_client_names_the_identity_that_the_newest_parser_knows(emulator, ours):
    answer = ours.exchange_teams_extension(emulator.mint(emulator.user, emulator.spa.client_id, "teams_extension"))
    identifier = identifier_from_raw_id(answer["id"])
    assert identifier.kind == CommunicationIdentifierKind.TEAMS_EXTENSION_USER
    assert identifier.properties["tenant_id"] == emulator.tenant_id
    assert identifier.properties["user_id"] == emulator.user.object_id
