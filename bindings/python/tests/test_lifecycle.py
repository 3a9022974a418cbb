"""Importing, loading, closing, threads, garbage, and the end of the interpreter."""

import gc
import subprocess
import sys
import threading
import weakref

import pytest
from support.waiting import wait_for

import acs_auth
import acs_auth.aio


def run(program, *arguments):
    ended = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_importing_loads_no_library_and_no_asyncio():
    program = (
        "import sys, acs_auth\n"
        "print([name for name in ('asyncio', 'logging', 'inspect', 'dataclasses', 'ctypes', 'acs_auth._ffi',\n"
        "    'acs_auth._native') if name in sys.modules])\n"
    )
    assert run(program) == "[]\n"


def test_a_client_that_waits_needs_no_asyncio(connection_string):
    program = (
        "import sys, acs_auth\n"
        "client = acs_auth.CommunicationIdentityClient.from_connection_string(sys.argv[1])\n"
        "client.create_user()\n"
        "print('asyncio' in sys.modules, 'logging' in sys.modules)\n"
    )
    assert run(program, connection_string) == "False False\n"


def test_the_program_may_end_without_closing_anything(connection_string, emulator):
    """In the middle of calls of other threads, with a log in Python."""
    emulator.spoil(operation="create_user", latency_ms=3_000, count=9)
    program = (
        "import logging, sys, threading, time, acs_auth\n"
        "logging.basicConfig(level=logging.DEBUG, stream=open('/dev/null', 'w'))\n"
        "client = acs_auth.CommunicationIdentityClient.from_connection_string(sys.argv[1])\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=client.create_user, daemon=True).start()\n"
        "time.sleep(0.5)\n"
        "print('done')\n"
    )
    assert run(program, connection_string) == "done\n"


def test_a_closed_client_refuses_and_says_so(flavour, connection_string):
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    flavour.run(client.create_user)
    close = client.close
    flavour.run(close)
    flavour.run(close)
    with pytest.raises(acs_auth.InvalidArgumentError, match="closed"):
        flavour.run(client.create_user)
    assert "closed" in repr(client)


def test_leaving_a_with_block_closes(connection_string):
    with acs_auth.CommunicationIdentityClient.from_connection_string(connection_string) as client:
        client.create_user()
    with pytest.raises(acs_auth.InvalidArgumentError, match="closed"):
        client.create_user()


def test_leaving_an_async_with_block_closes(connection_string):
    import asyncio

    async def use():
        async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string) as client:
            await client.create_user()
        with pytest.raises(acs_auth.InvalidArgumentError, match="closed"):
            await client.create_user()

    asyncio.run(use())


def test_an_exchanger_survives_its_client(emulator, connection_string):
    client = acs_auth.CommunicationIdentityClient.from_connection_string(connection_string)
    exchanger = acs_auth.TeamsTokenExchanger(client)
    client.close()
    assert exchanger.exchange(*emulator.exchange_arguments()).token


def test_closing_does_not_end_what_is_under_way(emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=2_000)
    client = acs_auth.CommunicationIdentityClient.from_connection_string(connection_string)
    made = []
    thread = threading.Thread(target=lambda: made.append(client.create_user()))
    thread.start()
    wait_for(lambda: emulator.requests("create_user"))
    client.close()
    thread.join(30)
    assert made


def test_many_threads_share_a_client(connection_string):
    client = acs_auth.CommunicationIdentityClient.from_connection_string(connection_string)
    ids, failures = [], []

    def work():
        try:
            for _ in range(20):
                ids.append(client.create_user().raw_id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert len(set(ids)) == 320


def test_clients_are_collected(connection_string):
    made = [acs_auth.CommunicationIdentityClient.from_connection_string(connection_string) for _ in range(3)]
    for client in made:
        client.create_user()
    references = [weakref.ref(client) for client in made]
    del made, client
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_one_aio_client_serves_several_loops(connection_string):
    import asyncio

    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
    for _ in range(3):
        assert asyncio.run(client.create_user()).raw_id

    results = []

    async def many():
        return await asyncio.gather(*(client.create_user() for _ in range(20)))

    threads = [threading.Thread(target=lambda: results.extend(asyncio.run(many()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({user.raw_id for user in results}) == 80


def test_the_loop_of_uvloop_will_do(connection_string):
    import asyncio

    import uvloop

    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)

    async def use():
        users = await asyncio.gather(*(client.create_user() for _ in range(20)))
        task = asyncio.ensure_future(client.create_user())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return users

    loop = uvloop.new_event_loop()
    try:
        assert len({user.raw_id for user in loop.run_until_complete(use())}) == 20
    finally:
        loop.close()


def test_many_threads_may_load_the_library_at_once():
    program = (
        "import threading, acs_auth\n"
        "from acs_auth import _library, _logging\n"
        "started = []\n"
        "start = _logging.start\n"
        "_logging.start = lambda *given: (started.append(given), start(*given))\n"
        "barrier = threading.Barrier(8)\n"
        "def load():\n"
        "    barrier.wait()\n"
        "    acs_auth.Endpoint('https://a.example')\n"
        "threads = [threading.Thread(target=load) for _ in range(8)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(len(started))\n"
    )
    assert run(program) == "1\n"


def test_azure_cores_options_have_their_effect(emulator, connection_string):
    kind = acs_auth.CommunicationIdentityClient
    emulator.spoil(operation="create_user", status=503, count=9)
    client = kind.from_connection_string(connection_string, retry_total=1, logging_enable=True, user_agent="shop/1")
    with pytest.raises(acs_auth.ServiceError):
        client.create_user(request_id="an-id")
    requests = emulator.requests()
    assert len(requests) == 2
    headers = dict(requests[0]["headers"])
    assert headers["user-agent"].startswith("shop/1 ")
    assert headers["x-ms-client-request-id"] == "an-id"


def test_certificates_are_always_verified(emulator):
    kind = acs_auth.CommunicationIdentityClient
    with pytest.raises(ValueError, match="always verified"):
        kind.from_connection_string(emulator.connection_string, connection_verify=False)
    assert kind.from_connection_string(emulator.connection_string, connection_verify=emulator.ca_file).create_user()
    with pytest.raises(acs_auth.TransportError):
        kind.from_connection_string(emulator.connection_string, retry_total=0).create_user()
