"""Hooks and policies of azure-core see each attempt, and change no more than headers."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from azure.core.credentials import AccessToken as AzureAccessToken
from azure.core.pipeline.policies import CustomHookPolicy, HttpLoggingPolicy
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from support.azure import headers_of
from support.waiting import wait_for

import acs_auth
from acs_auth._http import pipeline_request
from acs_auth.testing import FakeService


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
    # A call's own hooks replace the client's.
    flavour.run(client.delete_user, user, retry_total=0, raw_response_hook=lambda response: seen.append("own"))
    assert seen[-2:] == ["DELETE", "own"]


def test_a_hook_changes_nothing_of_what_is_sent(flavour, make, emulator):
    """Except for headers that differ from call to call."""
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


@pytest.mark.parametrize("place", ["raw_request_hook", "raw_response_hook"])
def test_what_a_hook_raises_is_the_cause_of_an_exchangers_error(flavour, make, emulator, place):
    class Mine(Exception):
        pass

    def hook(_):
        raise Mine("hunter2")

    exchanger = flavour.TeamsTokenExchanger(make(**{place: hook}), timeout=60)
    with pytest.raises(acs_auth.TransportError) as raised:
        flavour.run(exchanger.exchange, *emulator.exchange_arguments())
    error = raised.value
    assert isinstance(error.__cause__, Mine)
    assert error.reason == "A hook or transport of the client raised Mine."
    assert "hunter2" not in f"{error}{error!r}{error.args}{error.message}"


@pytest.mark.parametrize("kind", ["the library's", "synchronous", "asynchronous"])
def test_a_hook_that_takes_longer_than_an_attempt_sends_nothing_again(flavour, make, emulator, kind):
    """The service has answered."""
    if kind == "asynchronous" and flavour.name == "sync":
        return
    transport = {"the library's": None, "synchronous": RequestsTransport, "asynchronous": AioHttpTransport}[kind]
    seen = []

    def hook(response):
        seen.append(response.http_response.status_code)
        time.sleep(4)

    client = make(transport=transport and transport())
    user = flavour.run(client.create_user)
    # The attempt leaves a busy machine time to respond.
    flavour.run(client.get_token, user, ["chat"], raw_response_hook=hook, attempt_timeout=3)
    assert seen == [200]
    assert len(emulator.requests()) == 2, "one to create, one to get a token"
    if kind == "asynchronous":
        flavour.run(client._watcher.transport.close)


@pytest.mark.parametrize("options", [{}, {"transport": RequestsTransport}, {"raw_request_hook": lambda _: None}, {"traced": True}])
def test_all_values_of_a_header_are_sent(flavour, make, emulator, options):
    traced = options.get("traced")
    transport = options.get("transport")
    hook = options.get("raw_request_hook")
    client = make(headers=[("x-many", "1"), ("X-Many", "2")], transport=transport and transport(), raw_request_hook=hook)
    flavour.run(client.create_user, **({"tracing_options": {"enabled": True}} if traced else {}))
    [request] = emulator.requests()
    assert ", ".join(value for name, value in request["headers"] if name == "x-many") == "1, 2"


def test_all_values_of_a_header_are_in_a_request_without_azure_core(monkeypatch):
    monkeypatch.delitem(sys.modules, "azure.core")
    made = pipeline_request("GET", "https://a.example/", [("x-many", "1"), ("x-many", "2")], b"", None)
    assert made.http_request.headers["x-many"] == "1, 2"


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
    wait_for(lambda: number not in table)
