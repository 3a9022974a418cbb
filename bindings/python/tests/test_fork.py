"""The fork matrix: tests/fork/README.md. It prints a table at the end of the run."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fork.load import free_port, put, wait_until_it_listens, wait_until_several_answer

FOLDER = Path(__file__).parent / "fork"
REQUESTS = 300
AT_ONCE = 16
#: The number of tasks for Celery, whose file-based broker is slow.
TASKS = 60


@pytest.fixture
def environment(connection_string):
    return {**os.environ, "COMMUNICATION_SERVICES_CONNECTION_STRING": connection_string, "PYTHONWARNINGS": "ignore"}


@pytest.fixture
def record(record_property):
    def record(row, lines, failures, slowest, expected, processes):
        pids = {line.split()[0] for line in lines}
        ids = {line.split()[1] for line in lines}
        record_property("fork", (row, len(lines), len(failures), len(pids), slowest))
        assert not failures, failures[:3]
        assert len(ids) == len(lines) >= expected, "each request made a user of its own"
        assert len(pids) >= processes, f"only {len(pids)} processes answered"

    return record


def serve(command, environment):
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=FOLDER,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        _, stderr = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("the server hangs when it is to end") from None
    return stderr


GUNICORN = ["gunicorn", "--preload", "--workers", "4", "--graceful-timeout", "10", "--timeout", "30"]
SERVERS = {
    "gunicorn --preload": [*GUNICORN, "app:wsgi"],
    "gunicorn --preload, threads": [*GUNICORN, "--worker-class", "gthread", "--threads", "8", "app:wsgi"],
    "gunicorn --preload, gevent": [*GUNICORN, "--worker-class", "gevent", "app:wsgi"],
    "gunicorn --preload, workers end after 40 requests": [*GUNICORN, "--max-requests", "40", "app:wsgi"],
    "gunicorn --preload, uvicorn workers": [*GUNICORN, "-k", "uvicorn_worker.UvicornWorker", "app:asgi"],
    "uvicorn --workers": ["uvicorn", "--workers", "4", "app:asgi"],
}


@pytest.mark.parametrize("row", SERVERS)
def test_servers(row, environment, record):
    port = free_port()
    *command, app = SERVERS[row]
    if command[0] == "gunicorn":
        # uvicorn imports the application in each worker, in its running loop.
        environment["USED_BEFORE"] = "yes"
        command += ["--bind", f"127.0.0.1:{port}"]
    else:
        command += ["--port", str(port)]
    process = serve([*command, app], environment)
    try:
        first = wait_until_several_answer(port, process)
        outcome = put(port, REQUESTS, AT_ONCE)
    finally:
        said = stop(process)
    assert not outcome.failures, said
    record(row, first + outcome.answers, outcome.failures, outcome.slowest, REQUESTS, 2)


def test_gunicorn_reloads_under_load(environment, record):
    """SIGHUP replaces the workers while requests come in. (Its threaded workers lose connections that they have not
    read from yet, whatever the application.)"""
    port = free_port()
    environment["USED_BEFORE"] = "yes"
    command = [*GUNICORN, "--bind", f"127.0.0.1:{port}", "app:wsgi"]
    process = serve(command, environment)
    outcomes = []

    def send():
        # On a busy machine, the new workers may begin late.
        until = time.monotonic() + 60
        while True:
            outcomes.append(put(port, REQUESTS, 8))
            pids = {answer.split()[0] for outcome in outcomes for answer in outcome.answers}
            if len(outcomes) >= 3 and (len(pids) >= 5 or time.monotonic() > until):
                return

    try:
        wait_until_it_listens(port, process)
        load = threading.Thread(target=send)
        load.start()
        time.sleep(0.3)
        process.send_signal(signal.SIGHUP)
        load.join()
    finally:
        said = stop(process)
    answers = [answer for outcome in outcomes for answer in outcome.answers]
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    assert not failures, said
    slowest = max(outcome.slowest for outcome in outcomes)
    record("gunicorn --preload, SIGHUP", answers, failures, slowest, 3 * REQUESTS, 5)


def test_celery(environment, record, tmp_path):
    environment["CELERY_FOLDER"] = str(tmp_path)
    started = time.monotonic()
    worker = serve(["celery", "-A", "tasks", "worker", "--pool", "prefork", "--concurrency", "4"], environment)
    submit = (
        "import tasks\n"
        f"results = [tasks.create.delay(number) for number in range({TASKS})]\n"
        "print(*(result.get(timeout=120, interval=0.05) for result in results), sep='\\n')\n"
    )
    try:
        ended = subprocess.run(
            [sys.executable, "-c", submit], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=180
        )
    finally:
        said = stop(worker)
    assert ended.returncode == 0, ended.stderr + said
    lines = ended.stdout.splitlines()
    record("Celery prefork", lines, [], time.monotonic() - started, TASKS, 2)


ROWS = {
    "fork_pool": ("multiprocessing, a pool by fork", 120, 4),
    "spawn_pool": ("multiprocessing, a pool by spawn", 120, 4),
    "forkserver_pool": ("multiprocessing, a pool by forkserver", 120, 4),
    "forks_under_load": ("forks amid calls of 4 threads", 120, 13),
    "forks_of_forks": ("forks of forks", 120, 12),
    "executor": ("ProcessPoolExecutor by fork", 120, 4),
    "asyncio_forks": ("os.fork amid awaited calls", 250, 13),
    "credential_forks": ("a Python credential, log and observer", 120, 12),
    "callbacks_under_load": ("forks amid callbacks of log and observer", 240, 25),
}


@pytest.mark.parametrize("row", ROWS)
def test_processes(row, environment, record):
    name, expected, processes = ROWS[row]
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, str(FOLDER / "processes.py"), row],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    record(name, ended.stdout.splitlines(), [], time.monotonic() - started, expected, processes)
