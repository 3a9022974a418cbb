"""An application whose clients were used before its workers were forked."""

import asyncio
import os

import acs_auth
import acs_auth.aio

CONNECTION_STRING = os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]

client = acs_auth.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING)
awaited = acs_auth.aio.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING)

if os.environ.get("USED_BEFORE") == "yes":
    client.create_user()
    asyncio.run(awaited.create_user())


def wsgi(environ, start_response):
    body = f"{os.getpid()} {client.create_user().raw_id}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = f"{os.getpid()} {(await awaited.create_user()).raw_id}".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
