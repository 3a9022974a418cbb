"""Transports that send instead of the library."""

import asyncio
import gc
import socket
import threading
import time
import weakref
from functools import partial
from types import SimpleNamespace

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from support.waiting import times_out, until, wait_for

import acs_auth
from acs_auth._attempts import Attempts
from acs_auth._http import HttpResponse
from acs_auth._library import native
from acs_auth._watching import Watcher
from acs_auth.testing import FakeService


def attempt_of(timeout_ms):
    """An attempt as the library shows it."""
    return SimpleNamespace(method="POST", url="https://a.example/", headers=[], body=b"", timeout_ms=timeout_ms)


def open_attempts():
    return list(acs_auth._library._callbacks._attempts._open.values())


def is_over(attempt):
    """Whether everything that an attempt leads to has happened."""
    if attempt in open_attempts():
        return False
    with attempt.lock:
        return True


def with_token(request, token):
    body = b'{"token": "%s", "expiresOn": "2099-01-01T00:00:00+00:00"}' % token
    return HttpResponse(request, 200, [("content-type", "application/json")], body)


@pytest.mark.parametrize("kind", [RequestsTransport, AioHttpTransport])
def test_azure_cores_transports_send(flavour, make, emulator, kind):
    if kind is AioHttpTransport and flavour.name == "sync":
        with pytest.raises(RuntimeError, match=r"acs_auth\.aio"):
            flavour.run(make(transport=kind()).create_user)
        return
    # Without retries: a delete that is retried after a timeout would find nothing.
    client = make(transport=kind(), retry_total=0)
    user, token = flavour.run(client.create_user_and_token, ["chat"])
    assert token.token
    flavour.run(client.delete_user, user)
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_token, user, ["chat"])
    if kind is AioHttpTransport:
        flavour.run(client_transport_close, client)


@pytest.mark.parametrize("flavour", ["aio"], indirect=True)
@pytest.mark.parametrize("place", ["raw_response_hook", "per_call_policies"])
def test_an_awaitable_hook_of_an_awaitable_transport_does_not_block_the_loop(flavour, make, place):
    """The transport ends on the loop's thread, which the hook needs."""
    seen = []

    async def hook(*arguments):
        await asyncio.sleep(0)
        seen.append(arguments[-1].http_response.status_code)

    class Policy:
        def on_request(self, request):
            pass

        on_response = staticmethod(hook)

    client = make(transport=AioHttpTransport(), timeout=20, **{place: hook if place == "raw_response_hook" else Policy()})
    flavour.run(client.create_user)
    assert seen == [201]
    flavour.run(client_transport_close, client)


@pytest.mark.parametrize("flavour", ["aio"], indirect=True)
def test_a_transport_that_the_program_cancels_is_a_lost_connection(flavour, make):
    attempts = []

    async def transport(_):
        attempts.append(1)
        raise asyncio.CancelledError

    with pytest.raises(acs_auth.TransportError, match="cancelled"):
        flavour.run(make(transport=transport).create_user)
    assert len(attempts) == 1


def test_an_awaitable_transport_of_a_closed_loop_is_an_error(emulator, connection_string):
    """And no coroutine is left unawaited: Python would warn."""

    async def transport(_):
        raise AssertionError

    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string, transport=transport)
    exchanger = acs_auth.TeamsTokenExchanger(client)
    loop = asyncio.new_event_loop()
    loop.close()
    client._watcher.latest.loop = loop
    with pytest.raises(acs_auth.TransportError):
        exchanger.exchange(*emulator.exchange_arguments())


@pytest.mark.parametrize("sends", [False, True])
def test_an_attempt_that_is_given_up_during_a_hook_is_not_sent(flavour, make, emulator, sends):
    """By then the call has failed with an error that rules out a created identity."""
    begun, gate, failed = threading.Event(), threading.Event(), []

    class Policy:
        def on_request(self, request):
            begun.set()
            assert gate.wait(30)

        def on_exception(self, request):
            failed.append(request)

    def transport(_):
        failed.append("it was sent")

    client = make(transport=transport if sends else None, per_call_policies=[Policy()])

    def attempts():
        found = list(acs_auth._library._callbacks._attempts._open.values())
        return [attempt for attempt in found if attempt.call.policies is client._watcher.policies]

    error = times_out(lambda timeout: flavour.run(client.create_user, timeout=timeout), begun.is_set)
    assert "may have been created" not in error.reason
    [attempt] = attempts()
    gate.set()
    wait_for(lambda: attempts() == [])
    with attempt.lock:
        assert failed == [attempt.request]
    assert emulator.requests() == []


@pytest.mark.parametrize("sends", [False, True])
def test_an_attempt_whose_end_is_handled_before_its_beginning_is_not_sent(sends):
    """Two threads handle them."""
    done = []
    calls = SimpleNamespace(forward=lambda *_: done.append("forwarded"), complete=lambda *_: done.append("completed"))
    attempts = Attempts(native(), calls)
    given = attempt_of(timeout_ms=60_000)
    attempts.abandoned(7)
    attempts.send(Watcher(done.append if sends else None, raw_request_hook=done.append), 7, None, given)
    assert (done, attempts._open) == ([], {})


@pytest.fixture
def busy():
    """Attempts whose places for synchronous transports are all taken, what they answer, and an attempt that takes one."""
    answers = []
    calls = SimpleNamespace(
        sending=lambda _: True,
        answered=lambda _: None,
        complete=lambda number, answer: answers.append((number, answer)) or True,
    )
    attempts, taking = Attempts(native(), calls), SimpleNamespace(ends=0, is_abandoned=False)
    while attempts._places.take(0, taking):
        pass
    return attempts, answers


def test_an_attempt_that_finds_all_transports_busy_to_its_end_is_forgotten(busy):
    """Its request contains the user's token."""
    attempts, answers = busy
    failed = []
    watcher = Watcher(lambda _: failed.append("it was sent"))
    watcher.policies.append(SimpleNamespace(on_request=lambda _: None, on_exception=failed.append))
    attempts.send(watcher, 7, None, attempt_of(timeout_ms=300))
    [(number, answer)] = answers
    assert (number, answer.kind, attempts._open) == (7, native().FailureKind.NOT_SENT, {})
    assert answer.reason == "64 synchronous transports were busy until the attempt had to end"
    assert [request.http_request.url for request in failed] == ["https://a.example/"]


def test_an_attempt_that_finds_all_transports_busy_waits_for_one(busy):
    attempts, answers = busy
    begun = threading.Event()
    watcher = Watcher(lambda request: HttpResponse(request, 201, [], b"{}"), raw_request_hook=lambda _: begun.set())
    sending = threading.Thread(target=attempts.send, args=(watcher, 7, None, attempt_of(timeout_ms=60_000)), daemon=True)
    sending.start()
    assert begun.wait(30)
    attempts._places.give_back()
    sending.join(30)
    [(_, answer)] = answers
    assert (answer.is_response(), attempts._open) == (True, {})


def test_an_attempt_that_is_given_up_does_not_wait_for_a_transport(busy):
    attempts, answers = busy
    begun, failed = threading.Event(), []
    watcher = Watcher(lambda _: failed.append("it was sent"))
    watcher.policies.append(SimpleNamespace(on_request=lambda _: begun.set(), on_exception=failed.append))
    sending = threading.Thread(target=attempts.send, args=(watcher, 7, None, attempt_of(timeout_ms=600_000)), daemon=True)
    sending.start()
    assert begun.wait(30)
    attempts.abandoned(7)
    sending.join(30)
    assert not sending.is_alive()
    assert (answers, attempts._open) == ([], {})
    assert [request.http_request.url for request in failed] == ["https://a.example/"]


def test_what_an_attempt_raises_after_it_timed_out_is_not_raised_by_the_call(flavour, make):
    attempts, second = [], threading.Event()

    def transport(request):
        attempts.append(next(one for one in open_attempts() if one.request.http_request is request))
        if len(attempts) == 1:
            assert second.wait(30)
            raise AssertionError("too late")
        second.set()
        wait_for(lambda: is_over(attempts[0]))
        return with_token(request, b"second")

    client = make(transport=transport)
    user = acs_auth.CommunicationUserIdentifier("8:acs:a_b")
    token = flavour.run(client.get_token, user, ["chat"], attempt_timeout=1)
    assert token.token == "second"
    assert len(attempts) > 1


def test_what_an_attempt_raises_after_the_last_one_timed_out_is_not_raised_by_the_call(flavour, make):
    """Not even if the call hasn't returned yet."""
    gate, attempts = threading.Event(), []

    def transport(request):
        attempts.append(next(one for one in open_attempts() if one.request.http_request is request))
        gate.wait(60)
        raise AssertionError("too late")

    client = make(transport=transport)
    end = client._end

    def late_end(watched):
        gate.set()
        wait_for(lambda: all(is_over(attempt) for attempt in attempts))
        end(watched)

    client._end = late_end
    try:
        times_out(lambda timeout: flavour.run(client.create_user, timeout=timeout), lambda: attempts)
    finally:
        gate.set()


def test_the_response_of_an_attempt_that_timed_out_is_not_the_calls(flavour, make):
    attempts, second, seen = [], threading.Event(), []

    def transport(request):
        attempts.append(next(one for one in open_attempts() if one.request.http_request is request))
        if len(attempts) == 1:
            assert second.wait(30)
            return with_token(request, b"first")
        return with_token(request, b"second")

    def hook(response):
        if response.http_response.json()["token"] == "second":
            second.set()
            wait_for(lambda: is_over(attempts[0]))

    def cls(response, token, _):
        seen.append(response.http_response.json()["token"])
        return token

    client = make(transport=transport, raw_response_hook=hook)
    user = acs_auth.CommunicationUserIdentifier("8:acs:a_b")
    flavour.run(client.get_token, user, ["chat"], attempt_timeout=1, cls=cls)
    assert seen == ["second"]


def sends_while_the_credential_waits(flavour, emulator, transport):
    """An exchange without a caller: it goes on once the credential returns. Returns the event that lets it, and the watcher."""
    gate, asked = threading.Event(), []

    def token():
        return acs_auth.AccessToken("eyJ", int(time.time()) + 3600)

    class Waits:
        def get_token(self, *_, **__):
            asked.append(1)
            assert gate.wait(60)
            return token()

    class Awaits:
        async def get_token(self, *_, **__):
            asked.append(1)
            await until(gate.is_set, 60)
            return token()

    credential = Waits() if flavour.name == "sync" else Awaits()
    client = flavour.CommunicationIdentityClient(emulator.http_url, credential, transport=transport)
    exchanger = flavour.TeamsTokenExchanger(client, timeout=60)
    arguments = emulator.exchange_arguments()
    times_out(lambda timeout: flavour.run(exchanger.exchange, *arguments, timeout=timeout), lambda: asked)
    return gate, weakref.ref(client._watcher)


def test_an_exchange_that_goes_on_without_its_client_is_sent_by_the_clients_transport(flavour, emulator):
    sent = []

    def transport(request):
        sent.append(request.url)
        return with_token(request, b"t")

    gate, watcher = sends_while_the_credential_waits(flavour, emulator, transport)
    gc.collect()
    gate.set()
    wait_for(lambda: sent)
    assert emulator.requests() == []
    callbacks = acs_auth._library._callbacks
    with callbacks._holding:
        callbacks._held[watcher()] = 0

    def is_gone():
        gc.collect()
        return watcher() is None

    wait_for(is_gone)


def test_an_attempt_of_a_client_that_is_gone_is_not_sent():
    """Not by the library's transport either."""
    answers = []
    calls = SimpleNamespace(
        forward=lambda number, *_: answers.append((number, "forwarded")),
        complete=lambda number, answer: answers.append((number, answer.kind)),
    )
    attempts = Attempts(native(), calls)
    attempts.send(None, 7, None, attempt_of(timeout_ms=60_000))
    assert (answers, attempts._open) == ([(7, native().FailureKind.REFUSED)], {})


def test_an_attempt_that_ends_just_before_its_transport_is_called_is_not_sent():
    """The call has counted it as not sent, and may send the request again."""
    sent = []
    attempts = Attempts(native(), SimpleNamespace(sending=lambda _: False))
    given = attempt_of(timeout_ms=60_000)
    attempts.send(Watcher(sent.append), 7, None, given)
    attempts.abandoned(7)
    assert (sent, attempts._open) == ([], {})


def test_a_create_that_takes_longer_than_an_attempt_is_sent_once(flavour, make):
    """The transport may have sent it, so it gets all the time left."""
    sent = []

    def answer(request):
        return HttpResponse(request, 201, [("content-type", "application/json")], b'{"identity": {"id": "8:acs:a_b"}}')

    def slow(request):
        sent.append(1)
        time.sleep(2)
        return answer(request)

    async def awaited(request):
        sent.append(1)
        await asyncio.sleep(2)
        return answer(request)

    client = make(transport=slow if flavour.name == "sync" else awaited)
    assert flavour.run(client.create_user, attempt_timeout=0.5).raw_id == "8:acs:a_b"
    assert len(sent) == 1


def test_an_attempt_whose_clients_release_is_handled_before_its_beginning_is_not_sent():
    callbacks = acs_auth._library._callbacks
    callbacks._make(native().HostCall.SEND(number=0, object=0, call=None, request=None))
    assert 0 not in callbacks._attempts._open


def test_an_attempt_whose_loop_was_closed_is_given_up_and_logs_nothing(caplog, connection_string):
    begun = []

    async def hangs(_):
        begun.append(1)
        await asyncio.sleep(60)

    client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(connection_string, transport=hangs, timeout=5)
    loop = asyncio.new_event_loop()
    loop.create_task(client.create_user())
    loop.run_until_complete(until(lambda: begun, 5))
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False
    loop.close()
    attempts = acs_auth._library._callbacks._attempts._open
    [(number, attempt)] = [(number, one) for number, one in list(attempts.items()) if one.call.loop is loop]
    wait_for(lambda: number not in attempts)
    with attempt.lock:
        assert [record for record in caplog.records if record.name == "concurrent.futures"] == []


@pytest.mark.parametrize("kind", [RequestsTransport, AioHttpTransport])
def test_a_header_that_is_no_utf_8_is_no_error(flavour, kind):
    if kind is AioHttpTransport and flavour.name == "sync":
        return
    body = b'{"identity": {"id": "8:acs:a_b_c_d"}}'
    head = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nX-Server: caf\xe9\r\nContent-Type: application/json\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(head % len(body) + body)
                connection.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        transport = kind()
        client = flavour.CommunicationIdentityClient(endpoint, "a2V5", transport=transport, timeout=20)
        seen = []
        flavour.run(client.create_user, raw_response_hook=lambda response: seen.append(response.http_response.headers))
        assert seen[0]["x-server"].startswith("caf")
        if kind is AioHttpTransport:
            flavour.run(client_transport_close, client)
        else:
            transport.close()


def test_a_policy_that_raises_for_an_attempt_that_was_given_up_ends_no_thread(flavour, make, caplog):
    gate = threading.Event()

    class Policy:
        def on_request(self, request):
            pass

        def on_exception(self, request):
            raise AssertionError("hunter2")

    begun = []

    async def hangs(_):
        begun.append(1)
        await asyncio.sleep(60)

    def blocks(_):
        begun.append(1)
        gate.wait(60)

    transport = hangs if flavour.name == "aio" else blocks
    try:
        for number in range(3):
            create = partial(flavour.run, make(transport=transport, per_call_policies=[Policy()]).create_user)
            times_out(lambda timeout, create=create: create(timeout=timeout), lambda number=number: len(begun) > number)
    finally:
        gate.set()
    if flavour.name == "aio":
        wait_for(lambda: "a hook or policy raised AssertionError" in caplog.text)
    assert "hunter2" not in caplog.text
    seen = []
    flavour.run(make(raw_response_hook=seen.append).create_user)
    assert len(seen) == 1, "the threads that call hooks are still there"


def test_a_cancelled_task_raises_nothing_else(make, emulator):
    """Whatever a hook has raised by then."""

    async def use():
        client = acs_auth.aio.CommunicationIdentityClient.from_connection_string(emulator.connection_string_http)
        watched = None

        async def transport(_):
            nonlocal watched
            watched = next(iter(client._watcher.calls.values()))
            [outcome] = watched.outcomes.values()
            outcome.raised = AssertionError("of a hook")
            await asyncio.sleep(60)

        client._watcher.transport = transport
        task = asyncio.ensure_future(client.create_user())
        while watched is None:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(use())


async def client_transport_close(client):
    await client._watcher.transport.close()


def test_a_transport_that_does_not_reach_the_service_is_tried_again(flavour, emulator):
    service = FakeService()
    service.fail(error=ServiceRequestError("no route"), count=2)
    client = (service.client if flavour.name == "sync" else service.async_client)(retry_backoff_factor=0.001)
    flavour.run(client.create_user)
    assert len(service.requests) == 3
    service.fail(error=ServiceRequestError("no route"), count=3)
    with pytest.raises(ServiceRequestError) as raised:
        flavour.run(client.create_user)
    assert isinstance(raised.value, acs_auth.TransportError)


def test_a_bug_of_a_transport_is_raised_as_it_is(flavour):
    service = FakeService()
    service.fail(error=AssertionError("mine"))
    client = (service.client if flavour.name == "sync" else service.async_client)()
    with pytest.raises(AssertionError, match="mine"):
        flavour.run(client.create_user)
    assert len(service.requests) == 1


def test_a_transport_that_hangs_ends_at_the_deadline(flavour, make):
    gate = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            flavour.run(make(transport=lambda _: gate.wait(60), timeout=0.5).create_user)
    finally:
        gate.set()


@pytest.mark.parametrize("flavour", ["aio"], indirect=True)
def test_an_awaitable_transport_is_cancelled_with_its_attempt(make, flavour):
    begun, cancelled = threading.Event(), threading.Event()

    async def transport(_):
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    client = make(transport=transport)
    times_out(lambda timeout: flavour.run(client.create_user, timeout=timeout), begun.is_set)
    assert cancelled.wait(30)
