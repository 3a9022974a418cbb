"""A program to freeze: it makes an identity, waiting and awaiting, and prints both ids."""

import asyncio
import sys

from acs_auth import CommunicationIdentityClient
from acs_auth.aio import CommunicationIdentityClient as AsyncClient


async def awaited(connection_string):
    async with AsyncClient.from_connection_string(connection_string, timeout=60) as client:
        return (await client.create_user()).raw_id


with CommunicationIdentityClient.from_connection_string(sys.argv[1], timeout=60) as client:
    print(client.create_user().raw_id)
print(asyncio.run(awaited(sys.argv[1])))
