"""Event loops: asyncio's, what runs on top of it, and those that are refused by name."""

import asyncio
import re
import sys
import types

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
    """As those libraries make themselves known; they are not installed here."""
    made = types.SimpleNamespace(**members)
    monkeypatch.setitem(sys.modules, module, made)
    monkeypatch.setitem(sys.modules, module.partition(".")[0], made)
    with pytest.raises(RuntimeError, match=f"^{re.escape(NEEDED)}{name} is running$"):
        call().send(None)


def test_a_loop_without_add_reader_is_named(call):
    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, *_):
            raise NotImplementedError

    loop = Loop()
    try:
        with pytest.raises(RuntimeError, match="needs an event loop with add_reader; test_loops.*Loop has none"):
            loop.run_until_complete(call())
    finally:
        loop.close()
