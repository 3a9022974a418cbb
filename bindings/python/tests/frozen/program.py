"""A program to freeze: it exchanges a user's token, synchronously and asynchronously, and prints when each result expires."""

import asyncio
import sys

from acs_auth import CommunicationIdentityClient
from acs_auth.aio import CommunicationIdentityClient as AsyncClient

connection_string, *user = sys.argv[1:]


async def awaited():
    async with AsyncClient.from_connection_string(connection_string, timeout=60) as client:
        return await client.get_token_for_teams_user(*user)


client = CommunicationIdentityClient.from_connection_string(connection_string, timeout=60)
print("expires at", client.get_token_for_teams_user(*user).expires_on)
print("expires at", asyncio.run(awaited()).expires_on)
