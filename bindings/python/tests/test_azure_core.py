"""What a program says to azure-core's pipeline works here too, or is refused with a sentence that says what to write."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import requests
import responses
from azure.core.credentials import AccessToken as AzureAccessToken
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.policies import CustomHookPolicy, HTTPPolicy, HttpLoggingPolicy, RetryMode
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from azure.core.settings import settings
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, set_tracer_provider

import acs_auth
from acs_auth.testing import FakeService

ENDPOINT = "https://contoso.communication.azure.com"


def headers_of(request):
    return dict(request["headers"])


@pytest.fixture
def make(flavour, connection_string):
    """Makes a client of the emulator, of either flavour, with time enough on a busy machine."""
    kind = flavour.CommunicationIdentityClient
    return lambda **options: kind.from_connection_string(connection_string, **{"timeout": 60, **options})


# Options of a call.


def test_headers_of_a_call_and_of_the_client_are_sent(flavour, make, emulator):
    client = make(headers={"x-all": "1", "x-both": "client"}, user_agent="A shop with a long name/1.0 (and blanks)")
    flavour.run(client.create_user, headers={"x-both": "call"}, user_agent="job/2", content_type="application/json")
    sent = headers_of(emulator.requests()[-1])
    assert (sent["x-all"], sent["x-both"]) == ("1", "call")
    assert sent["user-agent"].startswith("job/2 A shop with a long name/1.0 (and blanks) acs-auth/")


def test_headers_may_be_pairs(flavour, make, emulator):
    client = make(headers=[("x-a", "1"), ("x-b", 2)])
    flavour.run(client.create_user, headers=[("x-c", "3")])
    sent = headers_of(emulator.requests()[0])
    assert (sent["x-a"], sent["x-b"], sent["x-c"]) == ("1", "2", "3")


def test_a_user_agent_can_be_replaced(flavour, make, emulator):
    flavour.run(make(base_user_agent="mine/1").create_user)
    flavour.run(make().create_user, user_agent="its/2", user_agent_overwrite=True)
    assert [headers_of(request)["user-agent"] for request in emulator.requests()] == ["mine/1", "its/2"]


def test_a_call_has_a_number_of_retries_of_its_own(flavour, make, emulator):
    emulator.spoil(operation="create_user", status=503, count=9)
    client = make(retry_backoff_factor=0.001)
    with pytest.raises(acs_auth.ServiceError):
        flavour.run(client.create_user, retry_total=0)
    assert len(emulator.requests()) == 1
    with pytest.raises(acs_auth.ServiceError):
        flavour.run(client.create_user, retry_total=1, retry_connect=3)
    assert len(emulator.requests()) == 3
    with pytest.raises(acs_auth.ServiceError):
        flavour.run(client.create_user)
    # What `retry_connect` and its like are compared with.
    assert len(emulator.requests()) == 3 + 1 + acs_auth._azure_options.DEFAULT_RETRIES


def test_read_timeout_of_a_call_ends_it(flavour, make, emulator):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=9)
    with pytest.raises(TimeoutError):
        flavour.run(make().create_user, read_timeout=0.2)


def test_a_call_has_attempts_of_its_own(flavour, make, emulator):
    emulator.spoil(operation="revoke_tokens", latency_ms=20_000, count=1)
    client = make(retry_backoff_factor=0.001)
    user = flavour.run(client.create_user)
    flavour.run(client.revoke_tokens, user, max_attempts=2, attempt_timeout=0.3, timeout=60)
    with pytest.raises(acs_auth.InvalidArgumentError):
        flavour.run(make().create_user, max_attempts=0)


def test_an_id_for_all_calls(flavour, make, emulator):
    client = make(request_id="fixed")
    flavour.run(client.create_user)
    flavour.run(client.create_user, request_id="own")
    assert [headers_of(request)["x-ms-client-request-id"] for request in emulator.requests()] == ["fixed", "own"]


REFUSED_CALLS = [
    ({"cls": print}, "raw_response_hook"),
    ({"params": {"a": "b"}}, "api_version"),
    ({"error_map": {}}, "AcsAuthError"),
    ({"connection_timeout": 1}, "give it to the client"),
    ({"connection_verify": "a.pem"}, "give it to the client"),
    ({"proxies": {"https": "http://p"}}, "give it to the client"),
    ({"transport": object()}, "give it to the client"),
    ({"retry_backoff_factor": 1}, "RetryPolicy"),
    ({"retry_mode": "fixed"}, "option of the client"),
    ({"retry_on_status_codes": [418]}, "option of the client"),
    ({"api_version": "2023-10-01"}, "option of the client"),
    ({"retry_on_methods": ["POST"]}, "retry_total=0"),
    ({"retry_status": 0}, "retry_total"),
    ({"permit_redirects": True}, "never followed"),
    ({"logger": logging.getLogger()}, "acs_auth"),
    ({"json": {}}, "body"),
    ({"stream": True}, "whole"),
    ({"response_encoding": "utf-16"}, "UTF-8"),
    ({"enforce_https": False}, "allow_insecure_endpoint"),
    ({"raw_request_hook": 1}, "function"),
    ({"anything": 1}, "README"),
]


@pytest.mark.parametrize(("options", "instead"), REFUSED_CALLS, ids=lambda value: str(value)[:40])
def test_what_a_call_does_not_take_is_refused_with_what_to_write(flavour, make, emulator, options, instead):
    client = make()
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        flavour.run(client.create_user, **options)
    assert next(iter(options)) in str(raised.value)
    assert emulator.requests() == []


REFUSED_CLIENTS = [
    ({"policies": []}, "transport="),
    ({"retry_policy": object()}, "acs_auth.RetryPolicy"),
    ({"authentication_policy": None}, "credential"),
    ({"redirect_policy": object()}, "never followed"),
    ({"proxy_policy": object()}, "proxies="),
    ({"per_retry_policies": [HTTPPolicy.__subclasses__()[0]]}, "on_request"),
    ({"sdk_moniker": "x"}, "user_agent="),
    ({"config": object()}, "transport="),
    ({"cls": print}, "raw_response_hook"),
    ({"retry_connect": 0}, "retry_total"),
    ({"retry_status": 1}, "retry_total"),
    ({"retry_on_status_codes": [418]}, "catch the error"),
    ({"retry_on_methods": ["POST"]}, "retry_total=0"),
    ({"retry_mode": "never"}, "exponential"),
    ({"retry_total": -1}, "negative"),
    ({"user_agent_overwrite": True}, "base_user_agent"),
    ({"logger": logging.getLogger()}, "acs_auth"),
    ({"headers": {"Authorization": "x"}}, "authorization"),
    ({"headers": {"x-a": b"x"}}, "texts"),
    ({"anything": 1}, "README"),
]


@pytest.mark.parametrize(("options", "instead"), REFUSED_CLIENTS, ids=lambda value: str(value)[:40])
def test_what_a_client_does_not_take_is_refused_with_what_to_write(make, options, instead):
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        make(**options)
    assert next(iter(options)) in str(raised.value)


def test_options_that_change_nothing_are_taken(make, flavour):
    client = make(
        retry_total=10,
        retry_connect=10,
        retry_status=12,
        retry_on_status_codes=[503],
        retry_mode=RetryMode.Exponential,
        logging_enable=True,
        permit_redirects=False,
        connection_verify=True,
    )
    flavour.run(client.create_user, logging_enable=False, permit_redirects=False)


def test_a_fixed_wait_between_attempts(make):
    policy = acs_auth._azure_options.client_arguments({"retry_mode": RetryMode.Fixed}).options["retry_policy"]
    assert (policy.base_delay, policy.throttled_delay, policy.max_delay) == (0.8, 0.8, 0.8)


@pytest.mark.parametrize(
    ("proxies", "chosen"),
    [
        ({}, None),
        ({"http": "http://a"}, None),
        ({"http": "http://a", "https": "http://b:1"}, "http://b:1"),
        ({"http": "http://a", "all": "b"}, "http://b"),
        ({"https://contoso.communication.azure.com": "http://c", "https": "http://b"}, "http://c"),
        ({"https": None}, acs_auth.Proxy.direct()),
        ({"https": ""}, acs_auth.Proxy.direct()),
    ],
    ids=str,
)
def test_a_proxy_is_chosen_as_requests_does(proxies, chosen):
    expected = acs_auth.Proxy.url(chosen) if isinstance(chosen, str) else chosen
    assert acs_auth._azure_options.proxy_of(proxies, ENDPOINT) == expected
    if chosen is not None and isinstance(chosen, str):
        assert requests.utils.select_proxy(ENDPOINT, proxies).rpartition("//")[2] == chosen.rpartition("//")[2]
    acs_auth.CommunicationIdentityClient(ENDPOINT, "a2V5", proxies=proxies)
    acs_auth.CommunicationIdentityClient.from_connection_string(f"endpoint={ENDPOINT}/;accesskey=a2V5", proxies=proxies)


# Tokens.


def test_tokens_are_azure_cores_too(flavour, make, emulator):
    client = make()
    user, token = flavour.run(client.create_user_and_token, ["chat"])
    for made in (token, flavour.run(client.get_token, user, ["chat"], token_expires_in=timedelta(hours=2))):
        assert isinstance(made, AzureAccessToken) and isinstance(made, acs_auth.AccessToken)
        assert made._replace(token="other") == ("other", made.expires_on)
        assert made._asdict() == {"token": made.token, "expires_on": made.expires_on}
        assert made.token not in repr(made)
        with pytest.raises(TypeError, match="'scope'"):
            made._replace(scope="x")


# Hooks and policies.


def test_hooks_see_each_attempt(flavour, make, emulator):
    emulator.spoil(operation="create_user", status=503, count=1)
    seen = []

    def on_request(request):
        seen.append(request.http_request.method)
        request.http_request.headers["x-hook"] = str(len(seen))

    def on_response(response):
        seen.append(response.http_response.status_code)
        assert response.http_response.headers["Date"] == response.http_response.headers["date"]
        assert response.http_request.url.startswith("http://")
        assert response.context is not None

    client = make(raw_request_hook=on_request, raw_response_hook=on_response)
    user = flavour.run(client.create_user)
    assert seen == ["POST", 503, "POST", 201]
    assert [headers_of(request)["x-hook"] for request in emulator.requests()] == ["1", "3"]
    # A call's own take their place.
    flavour.run(client.delete_user, user, retry_total=0, raw_response_hook=lambda response: seen.append("own"))
    assert seen[-2:] == ["DELETE", "own"]


def test_a_hook_changes_nothing_of_what_is_sent(flavour, make, emulator):
    """But for what differs from call to call."""
    client = make()
    flavour.run(client.create_user)
    flavour.run(client.create_user, raw_request_hook=lambda _: None)
    plain, seen = (headers_of(request) for request in emulator.requests())
    assert plain["content-length"] == seen["content-length"] == "0"
    assert plain.keys() == seen.keys()
    for name in plain.keys() - {"authorization", "x-ms-client-request-id", "x-ms-date"}:
        assert plain[name] == seen[name]


def test_a_response_of_a_success_is_there_to_be_read(flavour, make, emulator):
    found = []
    flavour.run(make().create_user, request_id="an-id", raw_response_hook=found.append)
    [response] = found
    assert response.http_response.status_code == 201
    assert response.http_response.json()["identity"]["id"].startswith("8:acs:")
    assert response.http_request.headers["x-ms-client-request-id"] == "an-id"
    assert response.http_response.text() not in repr(response.http_response)


def test_a_header_that_echoes_a_token_does_not_show_it(flavour, make, emulator):
    token, client_id, user_id = emulator.exchange_arguments()
    emulator.spoil(status=400, headers=[["ms-cv", f"for {token}."]], json={})
    found = []
    with pytest.raises(acs_auth.AcsAuthError):
        call = make().get_token_for_teams_user
        flavour.run(call, token, client_id, user_id, raw_response_hook=found.append)
    assert found[0].http_response.headers["ms-cv"] == "for <hidden>"


@pytest.mark.parametrize("place", ["raw_request_hook", "raw_response_hook"])
def test_what_a_hook_raises_is_what_the_call_raises(flavour, make, emulator, place):
    class Mine(Exception):
        pass

    def hook(_):
        raise Mine

    client = make()
    with pytest.raises(Mine):
        flavour.run(client.create_user, **{place: hook})
    assert len(emulator.requests()) == (0 if place == "raw_request_hook" else 1)
    flavour.run(client.create_user)


@pytest.mark.parametrize("change", ["url", "method", "content"])
def test_a_hook_cannot_change_what_is_signed(flavour, make, emulator, change):
    def hook(request):
        if change == "content":
            request.http_request._data = b"{}"
        else:
            setattr(request.http_request, change, "https://elsewhere.example" if change == "url" else "PUT")

    with pytest.raises(RuntimeError, match="signed"):
        flavour.run(make().create_user, raw_request_hook=hook)
    assert emulator.requests() == []


def test_an_awaitable_hook_is_awaited(make, emulator, flavour):
    seen = []

    async def hook(response):
        await asyncio.sleep(0)
        seen.append(response.http_response.status_code)

    if flavour.name == "aio":
        flavour.run(make().create_user, raw_response_hook=hook)
        assert seen == [201]
    else:
        with pytest.raises(RuntimeError, match=r"acs_auth\.aio"):
            flavour.run(make().create_user, raw_response_hook=hook)


def test_a_hook_that_hangs_ends_at_the_deadline(flavour, make, emulator):
    gate = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            flavour.run(make().create_user, timeout=0.5, raw_request_hook=lambda _: gate.wait(60))
    finally:
        gate.set()


def test_policies_that_look_are_asked(flavour, make, emulator, caplog):
    seen = []
    policy = CustomHookPolicy(raw_request_hook=lambda _: seen.append("request"), raw_response_hook=lambda _: seen.append("response"))
    with caplog.at_level(logging.INFO, "azure.core.pipeline.policies.http_logging_policy"):
        client = make(http_logging_policy=HttpLoggingPolicy(), per_retry_policies=policy, per_call_policies=[], logging_policy=None)
        flavour.run(client.create_user)
    assert seen == ["request", "response"]
    assert "Response status: 201" in caplog.text
    assert "REDACTED" in caplog.text


def test_an_exchanger_goes_through_its_clients_hooks(flavour, make, emulator):
    seen = []
    client = make(raw_response_hook=lambda response: seen.append(response.http_response.status_code))
    exchanger = flavour.TeamsTokenExchanger(client)
    flavour.run(exchanger.exchange, *emulator.exchange_arguments())
    assert seen == [200]


# Transports.


@pytest.mark.parametrize("kind", [RequestsTransport, AioHttpTransport])
def test_azure_cores_transports_send(flavour, make, emulator, kind):
    if kind is AioHttpTransport and flavour.name == "sync":
        with pytest.raises(RuntimeError, match=r"acs_auth\.aio"):
            flavour.run(make(transport=kind()).create_user)
        return
    # One attempt, which then has all the time: a second delete would find nothing.
    client = make(transport=kind(), retry_total=0)
    user, token = flavour.run(client.create_user_and_token, ["chat"])
    assert token.token
    flavour.run(client.delete_user, user)
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_token, user, ["chat"])
    if kind is AioHttpTransport:
        flavour.run(client_transport_close, client)


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
    cancelled = threading.Event()

    async def transport(_):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(TimeoutError):
        flavour.run(make(transport=transport, timeout=0.5).create_user)
    assert cancelled.wait(30)


# Tests that replace what the official client sends by.


def test_a_mock_of_requests_answers(flavour):
    client = flavour.CommunicationIdentityClient(ENDPOINT, "a2V5", retry_total=0)
    with responses.RequestsMock() as mock:
        mock.post(f"{ENDPOINT}/identities", status=201, json={"identity": {"id": "8:acs:a_b"}})
        assert flavour.run(client.create_user).raw_id == "8:acs:a_b"
        assert mock.calls[0].request.headers["Authorization"].startswith("HMAC-SHA256 ")
    with responses.RequestsMock() as mock, pytest.raises(acs_auth.TransportError):
        flavour.run(client.create_user)
    with responses.RequestsMock() as mock:
        mock.delete(f"{ENDPOINT}/identities/8%3Aacs%3Aa_b", status=404, json={"error": {"code": "NotFound", "message": "m"}})
        with pytest.raises(acs_auth.NotFoundError):
            flavour.run(client.delete_user, acs_auth.CommunicationUserIdentifier("8:acs:a_b"))


@pytest.mark.parametrize(
    "name",
    [
        "requests.Session.send",
        "requests.Session.request",
        "requests.adapters.HTTPAdapter.send",
        "azure.core.pipeline.transport.RequestsTransport.send",
        "urllib3.connectionpool.HTTPConnectionPool.urlopen",
        "socket.socket",
    ],
)
def test_nothing_goes_past_what_a_test_has_replaced(flavour, name, emulator, make):
    """By unittest.mock, which pytest-socket, vcrpy and others do not use, but what they replace is the same."""
    from unittest import mock

    client = make(retry_total=0)
    reached = mock.Mock(side_effect=AssertionError("reached the test"))
    with mock.patch(name, reached):
        with pytest.raises((AssertionError, acs_auth.TransportError)):
            flavour.run(client.create_user)
        with pytest.raises((AssertionError, acs_auth.TransportError)):
            exchanger = flavour.TeamsTokenExchanger(client, token_check="off")
            flavour.run(exchanger.exchange, "token", "client", "user")
    assert reached.called
    flavour.run(client.create_user)
    assert len(emulator.requests()) == 1


def test_a_guard_of_sockets_is_asked_and_may_let_through(flavour, make, emulator, monkeypatch):
    """As pytest-socket does: it replaces `connect`, lets some hosts through, and puts the original back into the class."""
    import socket

    client, guarded, original = make(retry_total=0), [], socket.socket.connect

    def guard(connection, address):
        guarded.append(address)
        return original(connection, address)

    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "connect", guard, raising=False)
        flavour.run(client.create_user)
    assert guarded
    socket.socket.connect = original
    try:
        guarded.clear()
        assert not acs_auth._mocks.is_replaced(True)
    finally:
        del socket.socket.connect


def test_a_mock_with_a_specification_is_one():
    from unittest import mock

    from acs_auth._mocks import is_replaced

    assert not is_replaced(True)
    with mock.patch("requests.Session.send", autospec=True):
        assert is_replaced(False)
    with mock.patch("aiohttp.ClientSession._request"):
        assert is_replaced(True) and not is_replaced(False)
    assert not is_replaced(True)


# Spans.


EXPORTER = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def provider():
    made = TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(EXPORTER))
    set_tracer_provider(made)
    yield
    made.shutdown()


@pytest.fixture
def spans(monkeypatch):
    """Tracing by azure-core is on; gives the spans that have ended."""
    EXPORTER.clear()
    monkeypatch.setattr(settings.tracing_enabled, "_user_value", True)
    return EXPORTER.get_finished_spans


def test_a_span_for_the_operation_and_one_for_each_attempt(flavour, make, emulator, spans):
    emulator.spoil(operation="create_user", status=503, count=1)
    flavour.run(make(retry_backoff_factor=0.001).create_user)
    first, second, outer = spans()
    assert outer.name == "CommunicationIdentityClient.create_user"
    assert outer.kind is SpanKind.INTERNAL
    for span, status in ((first, 503), (second, 201)):
        assert (span.name, span.kind) == ("POST", SpanKind.CLIENT)
        assert span.parent.span_id == outer.context.span_id
        assert span.attributes["http.request.method"] == "POST"
        assert span.attributes["http.response.status_code"] == status
        assert span.attributes["user_agent.original"].startswith("acs-auth/")
        assert span.attributes["az.client_request_id"]
        assert span.attributes["server.address"]
    assert second.attributes["http.request.resend_count"] == 1
    assert first.attributes["error.type"] == "503"
    parents = [headers_of(request)["traceparent"] for request in emulator.requests()]
    assert [parent.split("-")[2] for parent in parents] == [f"{span.context.span_id:016x}" for span in (first, second)]
    assert {parent.split("-")[1] for parent in parents} == {f"{outer.context.trace_id:032x}"}


def test_a_span_of_a_call_that_failed(flavour, make, emulator, spans):
    client = make()
    user = flavour.run(client.create_user)
    flavour.run(client.delete_user, user, retry_total=0)
    EXPORTER.clear()
    with pytest.raises(acs_auth.NotFoundError):
        flavour.run(client.get_token, user, ["chat"])
    attempt, outer = spans()
    assert outer.name == "CommunicationIdentityClient.get_token"
    assert outer.attributes["error.type"].endswith("NotFoundError")
    assert attempt.attributes["error.type"] == "404"


def test_a_span_of_an_attempt_that_was_given_up(flavour, make, emulator, spans):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=9)
    with pytest.raises(TimeoutError):
        flavour.run(make().create_user, timeout=0.3)
    from support.waiting import wait_for

    wait_for(lambda: len(spans()) == 2)
    names = {span.name for span in spans()}
    assert names == {"POST", "CommunicationIdentityClient.create_user"}


def test_tracing_can_be_chosen_for_a_call(flavour, make, emulator, spans, monkeypatch):
    flavour.run(make().create_user, tracing_options={"enabled": False})
    assert spans() == ()
    monkeypatch.setattr(settings.tracing_enabled, "_user_value", False)
    flavour.run(make().create_user)
    assert spans() == ()
    flavour.run(make().create_user, tracing_options={"enabled": True, "attributes": {"mine": 1}})
    assert [span.attributes["mine"] for span in spans()] == [1, 1]


def test_a_users_token_is_in_no_span(flavour, make, emulator, spans):
    arguments = emulator.exchange_arguments()
    token = flavour.run(make().get_token_for_teams_user, *arguments)
    text = "".join(span.to_json() for span in spans())
    assert "get_token_for_teams_user" in text
    assert arguments[0] not in text and token.token not in text


def test_hooks_work_on_both_sides_of_a_fork():
    program = (
        "import os\n"
        "from acs_auth.testing import FakeService\n"
        "service = FakeService()\n"
        "client, seen = service.client(), []\n"
        "client.create_user()\n"
        "child = os.fork()\n"
        "client.create_user(raw_response_hook=lambda response: seen.append(response.http_response.status_code))\n"
        "assert seen == [201] and len(service.requests) == 2\n"
        "if child:\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "else:\n"
        "    os._exit(0)\n"
    )
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program], env=variables, timeout=120
    )
    assert ended.returncode == 0


def test_what_a_client_has_for_its_attempts_goes_with_it():
    import gc
    import weakref

    service = FakeService()
    client = service.client(raw_response_hook=lambda _: None)
    client.create_user()
    watcher = weakref.ref(client._watcher)
    table = acs_auth._library._callbacks._objects
    number = next(number for number, kept in table.items() if kept == watcher)
    del client
    gc.collect()
    assert watcher() is None
    from support.waiting import wait_for

    wait_for(lambda: number not in table)
