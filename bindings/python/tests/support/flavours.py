"""The synchronous and the asynchronous package behind one way of calling."""

import asyncio
import inspect
import threading

import acs_auth
import acs_auth.aio


class Sync:
    name = "sync"
    CommunicationIdentityClient = acs_auth.CommunicationIdentityClient
    CommunicationTokenCredential = acs_auth.CommunicationTokenCredential
    TeamsTokenExchanger = acs_auth.TeamsTokenExchanger
    TokenVerifier = acs_auth.TokenVerifier
    TokenExchangeHandler = acs_auth.TokenExchangeHandler

    @staticmethod
    def run(function, /, *arguments, **options):
        return function(*arguments, **options)


class Aio:
    """Awaits all calls in one event loop, which runs on a thread of its own."""

    name = "aio"
    CommunicationIdentityClient = acs_auth.aio.CommunicationIdentityClient
    CommunicationTokenCredential = acs_auth.aio.CommunicationTokenCredential
    TeamsTokenExchanger = acs_auth.aio.TeamsTokenExchanger
    TokenVerifier = acs_auth.aio.TokenVerifier
    TokenExchangeHandler = acs_auth.aio.TokenExchangeHandler
    _loop = _thread = None

    @classmethod
    def run(cls, function, /, *arguments, **options):
        if cls._loop is None:
            cls._loop = asyncio.new_event_loop()
            cls._thread = threading.Thread(target=cls._loop.run_forever, daemon=True)
            cls._thread.start()
        assert inspect.iscoroutinefunction(function)

        async def call():
            return await function(*arguments, **options)

        return asyncio.run_coroutine_threadsafe(call(), cls._loop).result(60)


def stop():
    if Aio._loop is not None:
        Aio._loop.call_soon_threadsafe(Aio._loop.stop)
        Aio._thread.join(10)
        Aio._loop.close()


FLAVOURS = {flavour.name: flavour for flavour in (Sync, Aio)}
