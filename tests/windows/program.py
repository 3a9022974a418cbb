"""Blocking calls, and awaited calls on Windows' own event loop. Its argument is a connection string."""

import asyncio
import socket
import sys

import acs_auth
import acs_auth.aio

connection_string = sys.argv[1]

with acs_auth.CommunicationIdentityClient.from_connection_string(connection_string) as client:
    user = client.create_user()
    assert user.raw_id.startswith("8:acs:"), user
    client.delete_user(user)
    print("sync")


async def operate():
    async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string) as client:
        users = await asyncio.gather(*(client.create_user() for _ in range(50)))
        assert len({user.raw_id for user in users}) == 50
        print(type(asyncio.get_running_loop()).__name__)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nobody = f"endpoint=http://127.0.0.1:{silent.getsockname()[1]}/;accesskey={'A' * 43}="
        async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(nobody) as client:
            try:
                await asyncio.wait_for(client.create_user(), 1)
            except asyncio.TimeoutError:
                print("cancelled")


asyncio.run(operate())
print("done")
