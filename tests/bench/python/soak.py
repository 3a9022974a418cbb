"""Uses everything for a while, and holds memory, descriptors and threads to what they were after a minute's warming up.

    tools/bench-python --soak [SECONDS]
"""

import asyncio
import contextlib
import gc
import os
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bindings/python/tests"))
import acs_auth
import acs_auth.aio
from support import emulator as emulators

SAMPLES = 40
#: Of the median of the last quarter over that of the first: what the allocators keep or give back.
RSS_MAY_GROW = 1.03


def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def threads():
    return len(os.listdir("/proc/self/task"))


def descriptors():
    return len(os.listdir("/proc/self/fd"))


class Work:
    """One of each kind of call, of clients that last and of those that do not."""

    def __init__(self, emulator):
        self._text = emulator.connection_string_http
        self._arguments = emulator.exchange_arguments()
        self._endpoint = emulator.http_url
        self.client = acs_auth.CommunicationIdentityClient.from_connection_string(self._text)
        self.exchanger = acs_auth.TeamsTokenExchanger(self.client, observer=lambda event: None)
        self.awaited = acs_auth.aio.CommunicationIdentityClient.from_connection_string(self._text)
        self.calls = 0

    def sync(self):
        user, _ = self.client.create_user_and_token(["chat"])
        self.client.delete_user(user)
        self.exchanger.exchange(*self._arguments)
        with contextlib.suppress(acs_auth.EntraTokenRejectedError):
            self.client.get_token_for_teams_user("no token", *self._arguments[1:])
        with contextlib.suppress(acs_auth.TimedOutError):
            self.client.create_user(timeout=0.0005)
        self.calls += 5

    def brief(self):
        with acs_auth.CommunicationIdentityClient.from_connection_string(self._text) as client:
            client.create_user()
        refused = acs_auth.CommunicationIdentityClient(self._endpoint, Refusing())
        with contextlib.suppress(acs_auth.CredentialDeniedError):
            refused.create_user()
        self.calls += 2

    async def aio(self):
        await asyncio.gather(*(self.awaited.get_token_for_teams_user(*self._arguments) for _ in range(8)))
        task = asyncio.ensure_future(self.awaited.create_user())
        await asyncio.sleep(0.001)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self.calls += 9


class Refusing:
    def get_token(self, *_):
        raise RuntimeError("no token")


def main(seconds):
    process, line = emulators.start(os.environ["ACS_EMULATOR_BIN"])
    emulator = emulators.Emulator(line)
    work = Work(emulator)
    stop = threading.Event()
    failures = []

    def keep_on(function):
        try:
            while not stop.is_set():
                function()
        except BaseException as error:
            failures.append(error)
            stop.set()

    async def several():
        for _ in range(50):
            await work.aio()

    workers = [threading.Thread(target=keep_on, args=(work.sync,)) for _ in range(3)]
    workers += [threading.Thread(target=keep_on, args=(work.brief,))]
    workers += [threading.Thread(target=keep_on, args=(lambda: asyncio.run(several()),))]
    for worker in workers:
        worker.start()
    samples = []
    stop.wait(max(5, seconds / 6))
    for _ in range(SAMPLES):
        if stop.wait(seconds / SAMPLES):
            break
        gc.collect()
        # It keeps what it was asked, which is not ours to keep.
        emulator.forget_requests()
        samples.append((rss(), descriptors(), threads()))
    stop.set()
    for worker in workers:
        worker.join()
    emulator.close()
    process.communicate(timeout=10)
    if failures:
        raise failures[0]
    quarter = SAMPLES // 4
    bad = 0
    print(f"{work.calls} calls in {seconds} s")
    for at, (name, factor, most) in enumerate(
        (("RSS [MiB]", 2**20, RSS_MAY_GROW), ("descriptors", 1, 1.05), ("threads", 1, 1.05))
    ):
        first = statistics.median(sample[at] for sample in samples[:quarter])
        last = statistics.median(sample[at] for sample in samples[-quarter:])
        flat = last <= first * most
        bad += not flat
        print(f"{name:<12} {first / factor:8.1f} -> {last / factor:8.1f}  {'flat' if flat else 'GROWS'}")
    return bad


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120))
