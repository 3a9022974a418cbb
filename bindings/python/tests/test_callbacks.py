"""Callbacks: the log, observers and credentials, also slow ones, and while the interpreter exits."""

import logging
import os
import subprocess
import sys
import threading
import time

import pytest
from support.waiting import wait_for

import acs_auth
from acs_auth import events


#: A request for which the handler logs a warning.
REFUSED = ("POST", "/api/token/teams", {"authorization": "Bearer no.token.", "teams-user-aad-token": "none"})


def make_handler(**options):
    return acs_auth.TokenExchangeHandler(
        connection_string="endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0",
        api_client_id="11111111-1111-1111-1111-111111111111",
        teams_client_ids=["22222222-2222-2222-2222-222222222222"],
        tenant_ids=["33333333-3333-3333-3333-333333333333"],
        **options,
    )


def test_a_record_of_a_request_has_its_id_and_its_route_at_the_default_level(caplog):
    caplog.set_level(logging.WARNING, "acs_auth")
    handler = make_handler()
    assert handler.handle(acs_auth.Request(*REFUSED)).status == 401
    wait_for(lambda: caplog.records)
    for record in caplog.records:
        assert record.levelno >= logging.WARNING
        assert record.acs_auth["route"] == "/api/token/teams"
        assert record.acs_auth["correlation_id"] in record.getMessage()
        assert abs(record.created - time.time()) < 60


class Slow(logging.Handler):
    def __init__(self):
        super().__init__()
        self.may_go_on = threading.Event()
        self.seen = []

    def emit(self, record):
        assert self.may_go_on.wait(60)
        self.seen.append(record)


@pytest.fixture
def slow():
    logger, handler = logging.getLogger("acs_auth"), Slow()
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield handler
    handler.may_go_on.set()
    logger.removeHandler(handler)
    logger.setLevel(level)
    logger.propagate = propagates
    acs_auth.refresh_log_level()


def test_a_slow_log_delays_no_call_and_counts_what_was_dropped(slow):
    handler = make_handler()
    started = time.monotonic()
    for _ in range(1500):
        handler.handle(acs_auth.Request(*REFUSED))
    assert time.monotonic() - started < 30
    assert not slow.seen
    slow.may_go_on.set()
    wait_for(lambda: any("log records were dropped" in record.getMessage() for record in slow.seen))
    made = [record.created for record in slow.seen]
    assert made == sorted(made), "the order is kept, and the time is that of the record"


def test_a_slow_observer_delays_no_call_and_counts_what_was_dropped():
    may_go_on, seen = threading.Event(), []

    def on_event(event):
        assert may_go_on.wait(60)
        seen.append(event)

    handler = make_handler(observer=on_event)
    for _ in range(5000):
        handler.handle(acs_auth.Request("GET", "/nothing"))
    assert not seen
    may_go_on.set()
    wait_for(lambda: any(isinstance(event, events.Dropped) for event in seen))
    wait_for(lambda: sum(getattr(event, "count", 1) for event in seen) == 5000)


def test_an_asynchronous_observer_is_an_error():
    class Observer:
        async def on_event(self, event):
            raise AssertionError

    for observer in (Observer(), Observer().on_event):
        with pytest.raises(TypeError, match="must not be asynchronous"):
            make_handler(observer=observer)


def test_credentials_that_hang_cost_their_callers_alone(emulator, connection_string):
    """Their callers time out. Calls of other clients, and name resolution, aren't affected."""
    hangs = threading.Event()

    class Hangs:
        def get_token(self, *scopes, **_):
            hangs.wait()

    clients = [acs_auth.CommunicationIdentityClient(emulator.http_url, Hangs(), timeout=0.05) for _ in range(20)]
    try:
        for client in clients * 5:
            with pytest.raises(acs_auth.TimedOutError):
                client.create_user()
        ours = [thread for thread in threading.enumerate() if thread.name == "acs-auth callbacks"]
        assert len(ours) < 30
        # By name, so that it is resolved.
        by_name = connection_string.replace("127.0.0.1", "localhost")
        with acs_auth.CommunicationIdentityClient.from_connection_string(by_name) as client:
            assert client.create_user().raw_id
    finally:
        hangs.set()


WAITS = {
    "credential": """
class Hangs:
    def get_token(self, *scopes, **_):
        print("called", flush=True)
        hang()
client = acs_auth.CommunicationIdentityClient("http://localhost:1", Hangs(), allow_insecure_endpoint=True, timeout=60)
threading.Thread(target=client.create_user, daemon=True).start()
""",
    "log": """
class Hangs(logging.Handler):
    # Not `emit`, during which logging locks the handler: at exit, logging waits for that lock.
    def handle(self, record):
        print("called", flush=True)
        hang()
logging.getLogger("acs_auth").addHandler(Hangs())
handler = make_handler()
handler.handle(acs_auth.Request(*REFUSED))
""",
    "observer": """
def observer(event):
    print("called", flush=True)
    hang()
handler = make_handler(observer=observer)
handler.handle(acs_auth.Request(*REFUSED))
""",
}

ENDS = {
    "it returns": ("", 0, ""),
    "sys.exit": ("sys.exit(3)", 3, ""),
    "an exception": ("raise ValueError('mine')", 1, "ValueError: mine"),
    "os._exit": ("os._exit(4)", 4, ""),
    # A shell that runs the tests in the background makes them ignore the signal.
    "KeyboardInterrupt": (
        "signal.signal(signal.SIGINT, signal.default_int_handler); os.kill(os.getpid(), signal.SIGINT); time.sleep(30)",
        -2,
        "KeyboardInterrupt",
    ),
}

PRELUDE = f"""
REFUSED = {REFUSED}
import atexit, logging, os, signal, sys, threading, time, acs_auth
logging.getLogger().addHandler(logging.NullHandler())
atexit.register(print, "registered before it was loaded")
begun, ending = threading.Event(), threading.Event()
def make_handler(**options):
    return acs_auth.TokenExchangeHandler(
        connection_string="endpoint=https://contoso.communication.azure.com;accesskey=c2VjcmV0",
        api_client_id="11111111-1111-1111-1111-111111111111", teams_client_ids=["22222222-2222-2222-2222-222222222222"],
        tenant_ids=["33333333-3333-3333-3333-333333333333"], **options)
"""


#: "polls" acquires the GIL again and again, also while the interpreter exits.
HANGS = {
    "returns while it ends": "ending.wait(60); time.sleep(0.3)",
    "sleeps": "time.sleep(60)",
    "polls": "while True: time.sleep(0.001)",
}


@pytest.mark.parametrize("how", HANGS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("what", WAITS)
def test_a_program_may_end_while_it_is_called(what, end, how):
    """The interpreter ends the waiting thread at exit. If it were one of the library's, the process would abort."""
    last, status, said = ENDS[end]
    wait = (
        "assert begun.wait(30)\n"
        "atexit.register(ending.set)\n"
        "atexit.register(print, 'registered after it was loaded')\n"
    )
    program = f"{PRELUDE}\ndef hang():\n    begun.set()\n    {HANGS[how]}\n{WAITS[what]}{wait}{last}"
    started = time.monotonic()
    environment = {**os.environ, "PYTHONFAULTHANDLER": ""}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=environment
    )
    assert time.monotonic() - started < 45, "what hangs would end after 60 s"
    assert ended.returncode == status, ended.stderr
    assert ended.stderr.strip().endswith(said) and (said or not ended.stderr), ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0] == "called"
    expected = [] if end == "os._exit" else ["registered after it was loaded", "registered before it was loaded"]
    assert [line for line in lines if line != "called"] == expected


def test_what_was_logged_is_written_before_the_logs_handlers_are_closed(tmp_path):
    """Even if `logging` is imported after the library is loaded, and would therefore end before it."""
    path = tmp_path / "log"
    program = PRELUDE.replace("logging.getLogger().addHandler(logging.NullHandler())\n", "").replace("logging, ", "") + (
        "handler = make_handler()\n"
        # A busy machine may need more than the second that the library waits at exit.
        "from acs_auth import _library\n"
        "shutdown = _library._loaded.shutdown\n"
        "_library._loaded.shutdown = lambda _: shutdown(30_000)\n"
        "import logging\n"
        "class Late(logging.FileHandler):\n"
        "    def emit(self, record):\n"
        "        time.sleep(0.01)\n"
        "        assert not self._closed if hasattr(self, '_closed') else True\n"
        "        super().emit(record)\n"
        f"logging.getLogger('acs_auth').addHandler(Late({str(path)!r}))\n"
        "for _ in range(20): handler.handle(acs_auth.Request(*REFUSED))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert path.read_text().count("correlation_id") >= 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_calls_back_with_threads_of_its_own():
    seen = []
    handler = make_handler(observer=seen.append)
    handler.handle(acs_auth.Request("GET", "/nothing"))
    wait_for(lambda: seen)
    child = os.fork()
    if child == 0:
        try:
            seen.clear()
            handler.handle(acs_auth.Request("GET", "/nothing"))
            wait_for(lambda: seen)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


def test_what_is_let_go_is_forgotten():
    from acs_auth import _library

    before = len(_library.callbacks()._objects)
    for _ in range(3):
        make_handler(observer=print)
    import gc

    gc.collect()
    wait_for(lambda: len(_library.callbacks()._objects) <= before)
