"""Sends many requests at once and collects the responses."""

import http.client
import socket
import threading
import time
from collections import namedtuple

Outcome = namedtuple("Outcome", "answers failures slowest")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until_it_listens(port, process, seconds=60):
    until = time.monotonic() + seconds
    while True:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "the server does not listen"
            time.sleep(0.05)


def wait_until_several_answer(port, process, seconds=60):
    """Sends requests until two processes have answered, and returns the answers. Workers start one after another, so the
    first one might otherwise answer everything."""
    wait_until_it_listens(port, process, seconds)
    until = time.monotonic() + seconds
    answers = []
    while len({answer.split()[0] for answer in answers}) < 2:
        assert time.monotonic() < until, "only one process answers"
        outcome = put(port, 32, 16)
        assert not outcome.failures, outcome.failures[:3]
        answers += outcome.answers
    return answers


def put(port, requests, at_once):
    """Sends `requests` requests, `at_once` at a time. Returns the bodies of successes, the texts of failures, and the longest
    time in seconds."""
    answers, failures, slowest = [], [], [0.0]
    left = list(range(requests))

    def work():
        while True:
            try:
                left.pop()
            except IndexError:
                return
            started = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/")
                answer = connection.getresponse()
                body = answer.read().decode()
                (answers if answer.status == 200 else failures).append(body)
                connection.close()
            except Exception as error:
                failures.append(repr(error))
            slowest[0] = max(slowest[0], time.monotonic() - started)

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(answers, failures, slowest[0])
