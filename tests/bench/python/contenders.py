"""Each contender: how its client is created, and an exchange with it. Imported only by the process that measures it."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
from email.utils import formatdate
from types import SimpleNamespace
from urllib.parse import urlsplit

GIVEN = SimpleNamespace(**json.loads(os.environ["BENCH_GIVEN"]))
ARGUMENTS = (GIVEN.token, GIVEN.client_id, GIVEN.user_object_id)


class Sync:
    """`prepare` returns a function that makes one exchange."""

    is_async = False

    def close(self):
        pass


class Official(Sync):
    def prepare(self):
        from azure.communication.identity import CommunicationIdentityClient

        # The official client replaces http in a connection string by https.
        client = CommunicationIdentityClient(GIVEN.url, _credential())
        return lambda: client.get_token_for_teams_user(*ARGUMENTS)


class Ours(Sync):
    def prepare(self):
        from acs_auth import CommunicationIdentityClient

        client = CommunicationIdentityClient.from_connection_string(GIVEN.connection_string, token_check="off")
        return lambda: client.get_token_for_teams_user(*ARGUMENTS)


class OursAsUsual(Sync):
    """With the default token check, which inspects only tokens that the service rejects."""

    def prepare(self):
        from acs_auth import CommunicationIdentityClient

        client = CommunicationIdentityClient.from_connection_string(GIVEN.connection_string)
        return lambda: client.get_token_for_teams_user(*ARGUMENTS)


class OursCached(Sync):
    def prepare(self):
        from acs_auth import CommunicationIdentityClient, TeamsTokenExchanger

        client = CommunicationIdentityClient.from_connection_string(GIVEN.connection_string)
        exchanger = TeamsTokenExchanger(client)
        return lambda: exchanger.exchange(*ARGUMENTS)


class OfficialAio:
    is_async = True

    async def prepare(self):
        from azure.communication.identity.aio import CommunicationIdentityClient

        self._client = CommunicationIdentityClient(GIVEN.url, _credential())
        await self._client.__aenter__()
        return lambda: self._client.get_token_for_teams_user(*ARGUMENTS)

    async def close(self):
        await self._client.close()


class OursAio:
    is_async = True

    async def prepare(self):
        from acs_auth.aio import CommunicationIdentityClient

        self._client = CommunicationIdentityClient.from_connection_string(GIVEN.connection_string)
        return lambda: self._client.get_token_for_teams_user(*ARGUMENTS)

    async def close(self):
        await self._client.close()


class OursAioCached:
    is_async = True

    async def prepare(self):
        from acs_auth.aio import CommunicationIdentityClient, TeamsTokenExchanger

        client = CommunicationIdentityClient.from_connection_string(GIVEN.connection_string)
        exchanger = TeamsTokenExchanger(client)
        return lambda: exchanger.exchange(*ARGUMENTS)

    async def close(self):
        await asyncio.sleep(0)


class Aiohttp:
    """A hand-written client: aiohttp, with hmac and json of the standard library, and a single attempt."""

    is_async = True

    async def prepare(self):
        import aiohttp

        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        url = GIVEN.url + "/teamsUser/:exchangeAccessToken?api-version=2023-10-01"
        parts = urlsplit(url)
        target, host = f"{parts.path}?{parts.query}", parts.netloc
        key = base64.b64decode(GIVEN.access_key)
        from yarl import URL

        sent = URL(url, encoded=True)
        token, client_id, user_object_id = ARGUMENTS

        async def exchange():
            body = json.dumps({"token": token, "appId": client_id, "userId": user_object_id}).encode()
            date = formatdate(usegmt=True)
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            text = f"POST\n{target}\n{date};{host};{digest}"
            signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
            headers = {
                "x-ms-date": date,
                "x-ms-content-sha256": digest,
                "Authorization": "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" + signature,
                "Content-Type": "application/json",
                "Accept": "application/json",
            }
            async with self._session.post(sent, data=body, headers=headers) as answer:
                said = await answer.json()
                assert answer.status == 200, said
                return said["token"], said["expiresOn"]

        return exchange

    async def close(self):
        await self._session.close()


def _credential():
    from azure.core.credentials import AzureKeyCredential

    return AzureKeyCredential(GIVEN.access_key)


CONTENDERS = {
    made.__name__: made
    for made in (Official, Ours, OursAsUsual, OursCached, OfficialAio, OursAio, OursAioCached, Aiohttp)
}
