"""The official Python client, synchronous and asynchronous, behind one way of calling."""

import asyncio
import inspect
from contextlib import contextmanager

from azure.communication.identity import CommunicationIdentityClient
from azure.communication.identity.aio import CommunicationIdentityClient as AsyncCommunicationIdentityClient


class Blocking:
    """Calls the asynchronous client's methods and waits for each, in the event loop that its session belongs to."""

    def __init__(self, client, runner: asyncio.Runner):
        self._client = client
        self._runner = runner

    def __getattr__(self, name):
        method = getattr(self._client, name)

        def call(*args, **kwargs):
            return self._runner.run(wait_for(method(*args, **kwargs)))

        return call if callable(method) else method


async def wait_for(result):
    return await result if inspect.isawaitable(result) else result


@contextmanager
def sync_client(make):
    """Yields the client that `make(client class)` returns. The synchronous client has no `close`."""
    yield make(CommunicationIdentityClient)


@contextmanager
def aio_client(make):
    with asyncio.Runner() as runner:

        async def opened():
            return await make(AsyncCommunicationIdentityClient).__aenter__()

        client = runner.run(opened())
        try:
            yield Blocking(client, runner)
        finally:
            runner.run(client.close())


FLAVOURS = {"sync": sync_client, "aio": aio_client}
