"""Multiprocessing and bare forks: `python processes.py ROW` prints "PID ID" for each created user."""

import asyncio
import concurrent.futures
import logging
import multiprocessing
import os
import sys
import threading

import acs_auth
import acs_auth.aio

CONNECTION_STRING = os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
CHILDREN = 12
CALLS = 10
WORKERS = 4

client = None
others = None


def make():
    return acs_auth.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING)


def make_awaited():
    return acs_auth.aio.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING)


def call(_):
    global client
    client = client or make()
    return f"{os.getpid()} {client.create_user().raw_id}"


def meet(barrier):
    global others
    others = barrier


def call_once_all_are_there(number):
    """Waits for all workers first: otherwise one may do all the work before another has started."""
    global others
    barrier, others = others, None
    if barrier:
        barrier.wait(60)
    return call(number)


def show(lines):
    # In one write, since other processes write to the same pipe.
    os.write(sys.stdout.fileno(), "".join(line + "\n" for line in lines).encode())


def log_unbuffered():
    """Logs without a buffer. If a thread writes to a buffered file during a fork, the file's lock stays locked in the
    child, where the next record hangs: CPython replaces that lock only in its own three streams."""
    nowhere = os.open(os.devnull, os.O_WRONLY)

    class Unbuffered(logging.Handler):
        def emit(self, record):
            os.write(nowhere, self.format(record).encode())

    logging.basicConfig(level=logging.DEBUG, handlers=[Unbuffered()])


class Load:
    """Threads of this process that use the client in the meantime; their answers count too."""

    def __init__(self, threads=4):
        self._stop = threading.Event()
        self.lines = []
        self._threads = [threading.Thread(target=self._work) for _ in range(threads)]

    def _work(self):
        while not self._stop.is_set():
            self.lines.append(call(None))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        show(self.lines)


def pool(method):
    if method == "fork":
        call(None)
    context = multiprocessing.get_context(method)
    with context.Pool(WORKERS, meet, [context.Barrier(WORKERS)]) as workers:
        show(workers.map(call_once_all_are_there, range(CHILDREN * CALLS), chunksize=1))


def fork_pool():
    pool("fork")


def spawn_pool():
    pool("spawn")


def forkserver_pool():
    pool("forkserver")


def _several():
    show([call(None) for _ in range(CALLS)])


def forks_under_load():
    """Children are forked while other threads are in the middle of calls; parent and children continue to call."""
    call(None)
    context = multiprocessing.get_context("fork")
    with Load():
        children = [context.Process(target=_several) for _ in range(CHILDREN)]
        for child in children:
            child.start()
        for child in children:
            child.join(60)
            assert child.exitcode == 0, child.exitcode


def _grandchildren():
    context = multiprocessing.get_context("fork")
    _several()
    child = context.Process(target=_several)
    child.start()
    child.join(60)
    assert child.exitcode == 0, child.exitcode


def forks_of_forks():
    call(None)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_grandchildren) for _ in range(CHILDREN // 2)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0, child.exitcode


def executor():
    call(None)
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(WORKERS, context, meet, [context.Barrier(WORKERS)]) as workers:
        show(workers.map(call_once_all_are_there, range(CHILDREN * CALLS)))


def asyncio_forks():
    """The asynchronous client: in a loop before the fork, in the middle of calls during it, in another loop after it."""
    awaited = make_awaited()

    async def several():
        users = await asyncio.gather(*(awaited.create_user() for _ in range(CALLS)))
        return [f"{os.getpid()} {user.raw_id}" for user in users]

    async def parent():
        lines = await several()
        for _ in range(CHILDREN):
            pending = asyncio.ensure_future(several())
            await asyncio.sleep(0.005)
            child = os.fork()
            if child == 0:
                # In another thread, because a loop is running in this one.
                status = []
                thread = threading.Thread(target=lambda: status.append(show(asyncio.run(several()))))
                thread.start()
                thread.join()
                os._exit(0 if status else 1)
            lines += await pending
            _, status = await asyncio.get_running_loop().run_in_executor(None, os.waitpid, child, 0)
            assert status == 0, status
        return lines

    show(asyncio.run(parent()))


def credential_forks():
    """A token credential in Python, and a log, on both sides."""
    log_unbuffered()
    key = acs_auth.ConnectionString(CONNECTION_STRING)

    class Credential:
        def get_token(self, *_):
            raise RuntimeError("no token here")

    refused = acs_auth.CommunicationIdentityClient(key.endpoint, Credential())

    def use():
        try:
            refused.create_user()
        except acs_auth.CredentialDeniedError as error:
            assert type(error.__cause__) is RuntimeError
            return
        raise AssertionError("it was not refused")

    use()
    context = multiprocessing.get_context("fork")

    def child():
        use()
        _several()

    children = [context.Process(target=child) for _ in range(CHILDREN)]
    for started in children:
        started.start()
    for started in children:
        started.join(60)
        assert started.exitcode == 0, started.exitcode


def callbacks_under_load():
    """Forks while the callback threads handle log records and events, and so compete with the forking thread for the GIL."""
    log_unbuffered()
    events = []
    exchanger = acs_auth.TeamsTokenExchanger(make(), observer=events.append, token_check="off")

    def exchange():
        try:
            exchanger.exchange(f"no token {len(events)}", "c", "u")
        except acs_auth.AcsAuthError:
            pass

    def several():
        exchange()
        _several()

    call(None)
    context = multiprocessing.get_context("fork")
    stop = threading.Event()

    def keep_on():
        while not stop.is_set():
            exchange()

    threads = [threading.Thread(target=keep_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    with Load():
        for _ in range(CHILDREN * 2):
            child = context.Process(target=several)
            child.start()
            child.join(60)
            assert child.exitcode == 0, child.exitcode
    stop.set()
    for thread in threads:
        thread.join()
    assert events


ROWS = {
    row.__name__: row
    for row in (
        fork_pool,
        spawn_pool,
        forkserver_pool,
        forks_under_load,
        forks_of_forks,
        executor,
        asyncio_forks,
        credential_forks,
        callbacks_under_load,
    )
}

if __name__ == "__main__":
    ROWS[sys.argv[1]]()
