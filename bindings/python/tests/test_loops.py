"""Event loops: asyncio's, what runs on top of it, and others, whose name is in the error."""

import asyncio
import gc
import re
import socket
import sys
import threading
import time
import types
import weakref

import pytest

import acs_auth
import acs_auth.aio

anyio = pytest.importorskip("anyio")
trio = pytest.importorskip("trio")


@pytest.fixture
def call(connection_string):
    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
    return client.create_user


def every_operation(connection_string):
    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
    exchanger = acs_auth.aio.TeamsTokenExchanger(client)
    verifier = acs_auth.aio.TokenVerifier(
        allow_any_tenant=True, audiences=["a"], allow_any_client=True, required_scope="s"
    )
    yield lambda: client.create_user()
    yield lambda: exchanger.exchange("a", "b", "c")
    yield lambda: exchanger.sign_out("a", "b")
    yield lambda: verifier.verify("a")
    yield lambda: verifier.keys_reachable()


NEEDED = "acs_auth.aio needs a running asyncio event loop; "


def test_anyio_on_asyncio_works(call):
    assert anyio.run(call, backend="asyncio").raw_id.startswith("8:acs:")


def test_trio_is_named(connection_string):
    for operation in every_operation(connection_string):
        with pytest.raises(RuntimeError, match=f"^{re.escape(NEEDED)}trio is running$"):
            trio.run(operation)


def test_anyio_on_trio_is_named(call):
    with pytest.raises(RuntimeError, match=f"^{re.escape(NEEDED)}trio is running$"):
        anyio.run(call, backend="trio")


def test_trio_that_is_only_imported_is_not_named(call):
    coroutine = call()
    with pytest.raises(RuntimeError, match=f"^{re.escape(NEEDED)}no event loop is running here$"):
        coroutine.send(None)


@pytest.mark.parametrize(
    "module, members, name",
    [
        ("curio.meta", {"curio_running": lambda: True}, "curio"),
        ("twisted.internet.reactor", {"running": True}, "twisted"),
        ("sniffio", {"current_async_library": lambda: "another"}, "another"),
    ],
)
def test_other_loops_are_named(monkeypatch, call, module, members, name):
    """Imitates what these libraries are recognised by; they aren't installed here."""
    made = types.SimpleNamespace(**members)
    monkeypatch.setitem(sys.modules, module, made)
    monkeypatch.setitem(sys.modules, module.partition(".")[0], made)
    with pytest.raises(RuntimeError, match=f"^{re.escape(NEEDED)}{name} is running$"):
        call().send(None)


@pytest.fixture
def silent_connection_string():
    """A service that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"endpoint=http://127.0.0.1:{server.getsockname()[1]}/;accesskey={'A' * 43}="


class WithoutAddReader(asyncio.SelectorEventLoop):
    """Like the default loop on Windows: it can't watch a file descriptor."""

    def add_reader(self, *_):
        raise NotImplementedError


def relays():
    return [thread for thread in threading.enumerate() if thread.name == "acs-auth-await"]


def wait_until(is_it):
    for _ in range(1000):
        if is_it():
            return
        time.sleep(0.01)
    raise AssertionError("not within 10 s")


def test_a_loop_without_add_reader_awaits_many_calls(connection_string):
    async def operate():
        async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string) as client:
            return await asyncio.gather(*(client.create_user() for _ in range(100)))

    loop = WithoutAddReader()
    try:
        users = loop.run_until_complete(operate())
        assert len({user.raw_id for user in users}) == 100
        users = loop.run_until_complete(operate())
        assert len(users) == 100
        assert len(relays()) == 1
    finally:
        loop.close()
    del loop
    gc.collect()
    wait_until(lambda: not relays())


def test_a_loop_without_add_reader_cancels_and_times_out(silent_connection_string):
    async def operate():
        async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(silent_connection_string) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.create_user(), 0.2)
            with pytest.raises(acs_auth.AcsAuthError) as raised:
                await client.create_user(timeout=0.3)
            assert raised.value.kind is acs_auth.ErrorKind.TIMEOUT

    loop = WithoutAddReader()
    try:
        loop.run_until_complete(operate())
    finally:
        loop.close()


@pytest.mark.parametrize("kind", [asyncio.SelectorEventLoop, WithoutAddReader])
def test_a_loop_that_is_closed_in_the_middle_of_a_call_is_collected(silent_connection_string, kind):
    loop = kind()
    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(silent_connection_string)
    task = loop.create_task(client.create_user(timeout=0.5))
    loop.run_until_complete(asyncio.sleep(0.1))
    task._log_destroy_pending = False
    loop.close()
    reference = weakref.ref(loop)
    del loop, task, client
    wait_until(lambda: gc.collect() >= 0 and reference() is None)


def test_a_coroutine_that_is_closed_cancels_its_call(emulator, connection_string, monkeypatch):
    from acs_auth._ffi._loop import _queue_of, held

    emulator.spoil(operation="create_user", latency_ms=20_000)
    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
    cancelled, cancel = [], held.acs_call_cancel
    monkeypatch.setattr(held, "acs_call_cancel", lambda call: cancelled.append(cancel(call)))

    async def use():
        queue = _queue_of(asyncio.get_running_loop())
        coroutine = client.create_user()
        future = coroutine.send(None)
        assert future in [awaited[0] for awaited in queue.awaited.values()]
        coroutine.close()
        assert not queue.awaited
        assert len(cancelled) == 1

    asyncio.run(use())


def test_a_loop_without_add_reader_may_be_closed_while_calls_go_on(silent_connection_string, connection_string):
    loop = WithoutAddReader()
    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(silent_connection_string)
    task = loop.create_task(client.create_user(timeout=0.5))
    loop.run_until_complete(asyncio.sleep(0.1))
    task._log_destroy_pending = False
    loop.close()
    # The completion arrives after the loop was closed, and the next loop works.
    time.sleep(1)
    del loop, task, client
    gc.collect()
    wait_until(lambda: not relays())
    test_a_loop_without_add_reader_awaits_many_calls(connection_string)
