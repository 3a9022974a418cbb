"""What a program's type checker sees of the package: read by mypy and pyright, not run."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Optional

from azure.core.credentials import AzureKeyCredential
from azure.identity import DefaultAzureCredential
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential

import acs_auth
import acs_auth.aio
from acs_auth import (
    AccessToken,
    AcsAuthError,
    CommunicationIdentityClient,
    CommunicationTokenScope,
    CommunicationUserIdentifier,
    Expectations,
    Request,
    Response,
    RetryPolicy,
    events,
)


def exchange(client: CommunicationIdentityClient) -> tuple[str, int]:
    token: AccessToken = client.get_token_for_teams_user("token", client_id="c", user_object_id="u", timeout=2.5)
    text, expires_on = token
    return text, expires_on + token.expires_on


def users(client: CommunicationIdentityClient) -> Optional[str]:
    user, token = client.create_user_and_token(
        [CommunicationTokenScope.CHAT, "voip"], token_expires_in=timedelta(hours=1)
    )
    same: CommunicationUserIdentifier = user
    client.get_token(same, ["chat"], client_request_id="id")
    client.revoke_tokens(same)
    client.delete_user(same)
    return same.properties["id"] if token.token else None


def clients() -> None:
    CommunicationIdentityClient("https://a", "key", retry_policy=RetryPolicy(2, base_delay=timedelta(milliseconds=5)))
    CommunicationIdentityClient("https://a", AzureKeyCredential("key"), timeout=timedelta(seconds=2))
    CommunicationIdentityClient("https://a", DefaultAzureCredential())
    with CommunicationIdentityClient.from_connection_string("text", token_check="off") as client:
        exchange(client)


async def awaited() -> str:
    client = acs_auth.aio.CommunicationIdentityClient("https://a", AsyncDefaultAzureCredential())
    exchanger = acs_auth.aio.TeamsTokenExchanger(client, observer=on_event)
    async with client:
        return (await exchanger.exchange("token", "c", "u", timeout=1)).token


def renewed(client: CommunicationIdentityClient, user: CommunicationUserIdentifier) -> AccessToken:
    credential = acs_auth.CommunicationTokenCredential(
        "token", token_refresher=lambda: client.get_token(user, ["chat"]), proactive_refresh=True, timeout=5
    )
    acs_auth.CommunicationTokenCredential(resource_endpoint="https://a", token_credential=DefaultAzureCredential())
    acs_auth.CommunicationTokenCredential(client=client, token_credential=DefaultAzureCredential(), scopes=["s"])
    acs_auth.CommunicationTokenCredential(
        exchanger=acs_auth.TeamsTokenExchanger(client),
        token_credential=DefaultAzureCredential(),
        client_id="c",
        user_object_id="u",
    )
    with credential as entered:
        return entered.get_token("scope")


async def renewed_awaited(client: acs_auth.aio.CommunicationIdentityClient, user: CommunicationUserIdentifier) -> int:
    async def refresh() -> AccessToken:
        return await client.get_token(user, ["chat"])

    acs_auth.aio.CommunicationTokenCredential(
        resource_endpoint="https://a", token_credential=AsyncDefaultAzureCredential(), scopes=["s"]
    )
    async with acs_auth.aio.CommunicationTokenCredential(token_refresher=refresh) as credential:
        return (await credential.get_token()).expires_on


def on_event(event: events.Event) -> None:
    if isinstance(event, events.RequestCompleted):
        print(event.route, event.status + 1, event.took + 0.5)


def answer(handler: acs_auth.TokenExchangeHandler) -> bytes:
    response: Response = handler.handle(Request("GET", "/api/token/teams", {"authorization": "Bearer x"}))
    return response.body if response.header("content-type") else b""


def configured() -> acs_auth.TokenExchangeHandler:
    settings = acs_auth.HandlerSettings({"redis.lock": True}, timeout_ms=timedelta(seconds=5), tenant_ids=("a", "b"))
    return acs_auth.TokenExchangeHandler(
        settings, limit_per_user=5, http2=False, token_check="warn", cloud=acs_auth.Cloud.public(), redis_key_prefix=None
    )


def look(token: str) -> str:
    expected = Expectations.teams_user()
    expected.client_id = "c"
    inspection = acs_auth.inspect(token, expected, datetime.now(timezone.utc))
    failure = inspection.first_failure
    return failure.explanation if failure else inspection.claims.scopes[0]


def errors() -> Optional[float]:
    try:
        asyncio.run(awaited())
    except acs_auth.ThrottledError as error:
        return error.retry_after
    except AcsAuthError as error:
        print(error.kind.value, error.status_code, error.error_code, error.target, error.request_id, error.ms_cv)
    return None
