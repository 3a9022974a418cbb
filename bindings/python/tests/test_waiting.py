"""Deadlines, cancellation and Ctrl-C: every call ends, and its exchange with it."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta

import pytest
from support.waiting import until, wait_for

import acs_auth
import acs_auth.aio


@pytest.mark.parametrize("timeout", [timedelta(milliseconds=200), 0.2])
def test_a_call_ends_within_its_timeout(flavour, emulator, connection_string, timeout):
    emulator.spoil(operation="create_user", latency_ms=20_000)
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    started = time.monotonic()
    with pytest.raises(acs_auth.TimedOutError):
        flavour.run(client.create_user, timeout=timeout)
    assert 0.15 < time.monotonic() - started < 5


def test_the_clients_timeout_holds_for_its_calls(flavour, emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=20_000)
    kind = flavour.CommunicationIdentityClient
    client = kind.from_connection_string(connection_string, timeout=timedelta(milliseconds=200))
    with pytest.raises(TimeoutError):
        flavour.run(client.create_user)


@pytest.mark.parametrize("timeout", [-1, timedelta(seconds=-1), float("nan"), float("inf"), 1e300])
def test_a_timeout_out_of_range_is_an_invalid_argument(client, timeout):
    with pytest.raises(acs_auth.InvalidArgumentError, match="timeout is out of range: it must be at least 0 s"):
        client.create_user(timeout=timeout)


@pytest.mark.parametrize("timeout", ["10", True, object()])
def test_a_timeout_of_another_type_is_a_type_error(client, timeout):
    with pytest.raises(TypeError, match="timedelta or seconds"):
        client.create_user(timeout=timeout)


def test_cancelling_a_task_cancels_the_exchange(emulator, connection_string):
    """The task ends at once, nothing is retried, and the client can still be used."""
    emulator.spoil(operation="exchange_teams_user", latency_ms=20_000, count=9)
    arguments = emulator.exchange_arguments()

    async def use():
        async with acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string) as client:
            task = asyncio.ensure_future(client.get_token_for_teams_user(*arguments, timeout=60, attempt_timeout=5))
            await until(lambda: emulator.requests("exchange_teams_user"))
            task.cancel()
            started = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - started < 10
            return await client.create_user()

    assert asyncio.run(use()).raw_id.startswith("8:acs:")
    # An exchange that was not cancelled would be retried meanwhile.
    time.sleep(7)
    assert len(emulator.requests("exchange_teams_user")) == 1


def test_a_timeout_of_asyncio_cancels_too(emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=20_000)

    async def use():
        client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.create_user(), 0.2)

    started = time.monotonic()
    asyncio.run(use())
    assert time.monotonic() - started < 5


def test_a_cancelled_waiter_does_not_cancel_the_exchange_of_others(emulator, connection_string):
    emulator.spoil(operation="exchange_teams_user", latency_ms=2_000)
    arguments = emulator.exchange_arguments()

    async def use():
        client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
        exchanger = acs_auth.aio.TeamsTokenExchanger(client)
        tasks = [asyncio.ensure_future(exchanger.exchange(*arguments)) for _ in range(5)]
        await until(lambda: emulator.requests("exchange_teams_user"))
        tasks[0].cancel()
        tasks[3].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(use())
    assert [type(result).__name__ for result in results].count("CancelledError") == 2
    assert len({result.token for result in results if isinstance(result, acs_auth.AccessToken)}) == 1


def test_no_task_is_left_behind_when_its_loop_ends(emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=3)

    async def use():
        client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string)
        tasks = [asyncio.ensure_future(client.create_user()) for _ in range(3)]
        await asyncio.sleep(0.1)
        return tasks  # asyncio.run cancels them

    tasks = asyncio.run(use())
    assert all(task.cancelled() for task in tasks)


INTERRUPTED = """
    import sys, acs_auth
    client = acs_auth.CommunicationIdentityClient.from_connection_string(sys.argv[1], timeout=60)
    try:
        print("calling", flush=True)
        client.create_user()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    print(client.create_user(timeout=30).raw_id[:6], flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_blocking_call(emulator, connection_string, number):
    """Ctrl-C, or another signal whose handler raises; and the client can be used afterwards."""
    emulator.spoil(operation="create_user", latency_ms=30_000, count=1)
    # Also for SIGINT: a shell that runs the tests in the background makes them ignore it.
    program = f"import signal; signal.signal({int(number)}, signal.default_int_handler)\n" + textwrap.dedent(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, "-c", program, connection_string], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "calling\n"
    wait_for(lambda: emulator.requests("create_user"))
    started = time.monotonic()
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    assert (stdout, stderr, process.returncode) == ("interrupted\n8:acs:\n", "", 0)
    assert time.monotonic() - started < 10


def test_a_signal_whose_handler_returns_ends_nothing(emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=6_000, count=1)
    told = []
    before = signal.signal(signal.SIGUSR1, lambda *_: told.append(time.monotonic()))
    try:
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1))
        timer.start()
        started = time.monotonic()
        client = acs_auth.CommunicationIdentityClient.from_connection_string(connection_string)
        assert client.create_user().raw_id
        ended = time.monotonic()
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert told, "the handler ran"
    assert told[0] - started < 5.5, "and while the call was waiting"
    assert ended - started > 5.9


def test_other_threads_run_while_one_waits(emulator, connection_string):
    emulator.spoil(operation="create_user", latency_ms=5_000, count=1)
    counted = [0]
    stop = threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        client = acs_auth.CommunicationIdentityClient.from_connection_string(connection_string)
        client.create_user()
    finally:
        stop.set()
        thread.join()
    # Thousands on an idle machine; one or two if the call held the GIL.
    assert counted[0] > 20
