"""A user's token that renews itself, in event loops that are closed, forked processes and interpreters that exit; and that it
isn't shown."""

import asyncio
import logging
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from conftest import REPOSITORY
from support.flavours import FLAVOURS
from support.user_tokens import Refresher, token
from support.waiting import wait_for

import acs_auth
import acs_auth.aio

AIO = FLAVOURS["aio"]
TESTS = str(REPOSITORY / "bindings/python/tests")


def run(program):
    program = f"import sys; sys.path.insert(0, {TESTS!r})\n" + textwrap.dedent(program)
    command = [sys.executable, "-W", "error", "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_one_credential_serves_several_loops():
    refresher = Refresher(AIO, lambda: token(4), token(3600))
    credential = acs_auth.aio.CommunicationTokenCredential(token_refresher=refresher.function)

    async def use():
        await credential.get_token()
        return asyncio.get_running_loop()

    first = asyncio.run(use())
    time.sleep(4)
    assert refresher.loops == [first, asyncio.run(use())]
    asyncio.run(credential.close())


def test_renewals_ahead_of_time_fail_while_the_loop_is_closed_and_go_on_in_the_next():
    program = """
        import asyncio, logging, time, acs_auth.aio
        from support.flavours import FLAVOURS
        from support.user_tokens import Refresher, token

        # Renewals that fail log warnings.
        logging.getLogger("acs_auth").setLevel(logging.ERROR)
        refresher = Refresher(FLAVOURS["aio"], token(3600))
        credential = acs_auth.aio.CommunicationTokenCredential(
            token(8).token, token_refresher=refresher.function, proactive_refresh=True
        )

        async def use():
            while True:
                try:
                    if (await credential.get_token()).expires_on > time.time() + 3000:
                        return await credential.close()
                except acs_auth.CredentialDeniedError as error:
                    assert "closed" in str(error.__cause__)
                await asyncio.sleep(0.05)

        asyncio.run(credential.__aenter__())
        time.sleep(5)
        print(refresher.asked)
        asyncio.run(asyncio.wait_for(use(), 60))
        print(refresher.asked)
    """
    assert run(program) == "0\n1\n"


def test_a_coroutine_that_never_ends_is_cancelled(monkeypatch):
    from acs_auth._attempts import Latest
    from acs_auth.aio import _loop

    monkeypatch.setattr(_loop, "LONGEST_RENEWAL", 0.2)
    begun, cancelled = threading.Event(), threading.Event()

    async def hang():
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()

    async def use():
        loop = asyncio.get_running_loop()
        # On a busy machine, the time may be over before the loop has begun it.
        while not begun.is_set():
            # As the library's thread does.
            with pytest.raises(TimeoutError, match="no result"):
                await loop.run_in_executor(None, _loop.call_in, hang, Latest(loop))
        while not cancelled.is_set():
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(use(), 60))


def test_a_loop_that_is_idle_is_given_up():
    """`run_until_complete` has returned and the loop isn't closed. No coroutine is left unawaited: Python would warn."""
    program = """
        import asyncio
        from acs_auth._attempts import Latest
        from acs_auth.aio import _loop
        from support.flavours import FLAVOURS
        from support.user_tokens import Refresher, token

        _loop.LONGEST_RENEWAL = 0.5
        refresher = Refresher(FLAVOURS["aio"], token(3600))
        loop = asyncio.new_event_loop()
        latest = Latest(loop)
        ways = [lambda: _loop.call_in(refresher.function, latest), lambda: _loop.finish(refresher.function(), latest)]
        for end in (lambda: loop.run_until_complete(asyncio.sleep(0)), loop.close):
            for ask in ways:
                try:
                    ask()
                except (TimeoutError, RuntimeError) as error:
                    print(error)
            end()
        for ask in ways:
            try:
                ask()
            except RuntimeError as error:
                print(error)
        print(refresher.asked)
    """
    idle, closed = "the event loop returned no result within 0.5 s", "the event loop was closed"
    assert run(program).splitlines() == 4 * [idle] + 2 * [closed] + ["0"]


@pytest.mark.parametrize("package", ["acs_auth", "acs_auth.aio"])
@pytest.mark.parametrize("hangs", [False, True])
def test_the_interpreter_ends_with_a_renewal_outstanding(package, hangs):
    program = f"""
        import asyncio, logging, time, acs_auth.aio
        from support.flavours import FLAVOURS
        from support.user_tokens import Refresher, token

        refresher = Refresher(FLAVOURS[{"aio" if package.endswith("aio") else "sync"!r}], token(3600))
        if {hangs}:
            refresher.gate.clear()
            # The end of the loop cancels the refresher, which would log a warning.
            logging.getLogger("acs_auth").setLevel(logging.ERROR)
        kind = {package}.CommunicationTokenCredential
        credential = kind(token(2).token, token_refresher=refresher.function, proactive_refresh=True)

        def has_renewed():
            return refresher.asked if {hangs} else refresher.calls

        async def use():
            await credential.__aenter__()
            while not has_renewed():
                await asyncio.sleep(0.05)

        if {package.endswith("aio")}:
            asyncio.run(use())
        else:
            credential.__enter__()
            while not has_renewed():
                time.sleep(0.05)
        print("done")
    """
    assert run(program) == "done\n"


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork here")
@pytest.mark.parametrize("package", ["acs_auth", "acs_auth.aio"])
def test_both_sides_of_a_fork_renew(package):
    program = f"""
        import asyncio, faulthandler, os, time, acs_auth.aio
        from support.flavours import FLAVOURS
        from support.user_tokens import Refresher, token

        flavour = FLAVOURS[{"aio" if package.endswith("aio") else "sync"!r}]
        refresher = Refresher(flavour, lambda: token(4), token(3600))
        credential = {package}.CommunicationTokenCredential(token_refresher=refresher.function)

        def ask():
            made = credential.get_token()
            return asyncio.run(made) if asyncio.iscoroutine(made) else made

        assert ask().expires_on < time.time() + 100
        child = os.fork()
        # A process that hangs says where.
        faulthandler.dump_traceback_later(60 if child == 0 else 90, exit=True)
        time.sleep(4)
        assert ask().expires_on > time.time() + 3000
        if child == 0:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print(refresher.calls)
    """
    assert run(program) == "2\n"


def test_no_token_is_shown(caplog):
    caplog.set_level(logging.DEBUG, "acs_auth")
    first, renewed = token(-5), token(60)
    refresher = Refresher(FLAVOURS["sync"], OSError(renewed.token), renewed)
    credential = acs_auth.CommunicationTokenCredential(first.token, token_refresher=refresher.function)
    with pytest.raises(acs_auth.CredentialDeniedError) as raised:
        credential.get_token()
    wait_for(lambda: time.sleep(0.6) is None and credential.get_token().token == renewed.token)
    credential.close()
    shown = [repr(credential), str(credential), repr(credential.__dict__), str(raised.value), repr(raised.value)]
    shown += [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    assert not [text for text in shown if first.token in text or renewed.token in text]


def test_each_row_of_the_table_of_differences_has_its_test(repository):
    import importlib
    import re

    page = (repository / "docs/src/differences.md").read_text("utf-8")
    section = page.split("## Python's CommunicationTokenCredential")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| |")]
    assert len(rows) == 10
    for row in rows:
        module, test = re.search(r"<!-- (test_user_credential\w*)\.(test_\w+) -->", row).groups()
        assert callable(getattr(importlib.import_module(module), test))
