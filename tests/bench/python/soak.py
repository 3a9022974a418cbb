"""Makes calls of all kinds for a while; memory, descriptors and threads must stay at their level after the warm-up.

    tools/bench-python --soak [SECONDS]     default 120

The script limits glibc to one arena. With the default of eight per core, RSS at rest rose by 1.6 MiB between 50,000 and 117,000 calls while
allocated memory stayed at 5.9 MiB, most likely because freed memory stayed in the arenas. With one arena, 357,000 calls raised RSS at rest by
0.8 % and allocated memory not at all.
"""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import acs_auth
import acs_auth.aio
from shared import processes

SAMPLES = 40
MAY_GROW = 1.03
#: Seconds: idle connections are checked every 90 s, and closed if they have been idle for 90 s by then.
REST = 190


class MallInfo2(ctypes.Structure):
    """The struct mallinfo2 of glibc 2.33 and newer."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


libc = ctypes.CDLL(None)
libc.mallinfo2.restype = MallInfo2


def allocated():
    """Bytes that were allocated by malloc and not freed: the library's and, for large objects, Python's."""
    info = libc.mallinfo2()
    return info.uordblks + info.hblkhd


def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def threads():
    return len(os.listdir("/proc/self/task"))


def descriptors():
    return len(os.listdir("/proc/self/fd"))


class Work:
    """One of each kind of call, on long-lived clients and on short-lived ones."""

    def __init__(self, emulator):
        self._text = emulator.info["connection_string_http"]
        self._arguments = (emulator.mint(), emulator.client_id, emulator.user_object_id)
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


def load(work, seconds, sample):
    """Makes calls of all kinds at once, for this many seconds; returns samples that are taken meanwhile."""
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

    kinds = [work.sync, work.sync, work.sync, work.brief, lambda: asyncio.run(several())]
    workers = [threading.Thread(target=keep_on, args=(kind,)) for kind in kinds]
    for worker in workers:
        worker.start()
    samples = []
    for _ in range(SAMPLES):
        if stop.wait(seconds / SAMPLES):
            break
        gc.collect()
        samples.append(sample())
    stop.set()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return samples


def at_rest():
    """Waits until idle connections and threads have been closed, and returns freed memory to the system."""
    time.sleep(REST)
    gc.collect()
    libc.malloc_trim(0)
    return rss(), descriptors(), threads(), allocated(), sys.getallocatedblocks()


def main(seconds):
    logging.getLogger("acs_auth").setLevel(logging.ERROR)
    with processes.emulator(os.environ["ACS_EMULATOR_BIN"]) as emulator:
        work = Work(emulator)

        def sample():
            # The emulator records requests, so its own memory would grow.
            emulator.forget_requests()
            return rss(), descriptors(), threads()

        load(work, max(10, seconds / 6), sample)
        before = at_rest()
        samples = load(work, seconds, sample)
        after = at_rest()

    quarter = SAMPLES // 4
    first, last = (statistics.median(taken[0] for taken in part) for part in (samples[:quarter], samples[-quarter:]))
    print(f"{work.calls} calls; at most {max(s[1] for s in samples)} descriptors, {max(s[2] for s in samples)} threads")
    checks = [("RSS under load [MiB]", first / 2**20, last / 2**20, MAY_GROW)]
    checks += [("RSS at rest [MiB]", before[0] / 2**20, after[0] / 2**20, MAY_GROW)]
    checks += [("allocated [KiB]", before[3] / 1024, after[3] / 1024, MAY_GROW)]
    checks += [("Python's blocks", before[4], after[4], MAY_GROW)]
    checks += [("descriptors at rest", before[1], after[1], 1), ("threads at rest", before[2], after[2], 1)]
    bad = 0
    for name, was, became, factor in checks:
        flat = became <= was * factor
        bad += not flat
        print(f"{name:<22} {was:8.1f} -> {became:8.1f}  {'flat' if flat else 'GROWS'}")
    return bad


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120))
