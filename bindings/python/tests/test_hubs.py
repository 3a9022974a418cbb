"""gevent and eventlet: a waiting call doesn't block other greenlets, and ending a greenlet cancels its call."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "hubs" / "programs.py"


@pytest.fixture(params=["gevent", "eventlet"])
def run(request, connection_string):
    def run(name, *arguments):
        # eventlet warns that it is deprecated.
        command = [sys.executable, "-W", "ignore", str(PROGRAMS), request.param, name, connection_string, *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stderr) == (0, "")
        return json.loads(ended.stdout)

    run.hub = request.param
    return run


def test_other_greenlets_run_while_one_waits(run, emulator):
    emulator.spoil(operation="create_user", latency_ms=4_000, count=3)
    seen = run("together")
    assert seen["ids"] == 3
    assert 3.9 < seen["took"] < 11, "one after another, they take 12 s"
    assert seen["ticks"] > 10


@pytest.mark.parametrize("name", ["timeout_of_the_hub", "kill"])
def test_what_ends_a_greenlet_cancels_its_call(run, emulator, name):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=1)
    seen = run(name)
    assert seen["took"] < 8, "the call itself would end after 10 s"
    assert seen["then"] == "8:acs:"
    assert seen.get("raised", "Timeout") == "Timeout"


def test_a_call_in_a_greenlet_ends_within_its_timeout(run, emulator):
    emulator.spoil(operation="create_user", latency_ms=20_000)
    seen = run("timeout_of_the_call")
    assert seen["raised"] == "TimedOutError"
    assert 0.4 < seen["took"] < 8, "without its timeout it would end after 10 s"


def test_greenlets_with_one_token_share_one_exchange(run, emulator):
    emulator.spoil(operation="exchange_teams_user", latency_ms=500)
    emulator.forget_requests()
    assert run("one_exchange", *emulator.exchange_arguments()) == {"tokens": 1}
    time.sleep(0.1)
    assert len(emulator.requests("exchange_teams_user")) == 1


def test_a_call_of_the_parent_is_cancelled_in_a_forked_child(run, emulator):
    emulator.spoil(operation="create_user", latency_ms=6_000, count=1)
    assert run("fork") == {"raised": None, "child": 0}


def test_a_credential_may_wait_in_the_hub_of_its_own_thread(run):
    assert run("credential") == {"raised": ["CredentialDeniedError"]}


def test_calls_in_greenlets_wait_for_a_transport(run):
    """On threads that aren't greenlets, each of which another one wakes."""
    assert run("busy_transports") == {"ids": ["8:acs:a_b"] * 3}
