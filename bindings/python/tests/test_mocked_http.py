"""Tests that replace what the official client sends through: no request bypasses them to the network."""

import contextlib

import pytest
import responses
from support.azure import ENDPOINT

import acs_auth


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


BODY = {"identity": {"id": "8:acs:a_b"}}
URL = f"{ENDPOINT}/identities?api-version={acs_auth.DEFAULT_API_VERSION}"


def by_requests_mock():
    import requests_mock

    mock = requests_mock.Mocker()
    mock.post(URL, status_code=201, json=BODY)
    return mock


def by_respx():
    import respx

    mock = respx.mock()
    mock.post(URL).respond(201, json=BODY)
    return mock


@pytest.mark.parametrize("mocked", [by_requests_mock, by_respx])
def test_mocks_of_other_libraries_answer_and_the_log_says_so(flavour, mocked, caplog, monkeypatch):
    import httpx  # noqa: F401  # like the program under test

    monkeypatch.setattr(acs_auth._mocks, "_reported", set())
    client = flavour.CommunicationIdentityClient(ENDPOINT, "a2V5", retry_total=0)
    with mocked():
        for _ in range(2):
            assert flavour.run(client.create_user).raw_id == "8:acs:a_b"
    [record] = [record for record in caplog.records if "has been replaced" in record.getMessage()]
    assert "ACS_AUTH_DETECT_MOCKS=0" in record.getMessage()


def test_a_program_can_turn_it_off(flavour, emulator, make, monkeypatch):
    from unittest import mock

    client = make()
    monkeypatch.setenv("ACS_AUTH_DETECT_MOCKS", "0")
    with mock.patch("requests.Session.send", side_effect=AssertionError):
        flavour.run(client.create_user)
    assert len(emulator.requests()) == 1


@pytest.mark.parametrize(
    "name",
    [
        "httpcore.AsyncConnectionPool.handle_async_request, httpcore.ConnectionPool.handle_request",
        "httpx.AsyncHTTPTransport.handle_async_request, httpx.HTTPTransport.handle_request",
        "requests.Session.send",
        "requests.Session.request",
        "requests.adapters.HTTPAdapter.send",
        "azure.core.pipeline.transport.RequestsTransport.send",
        "urllib3.connectionpool.HTTPConnectionPool.urlopen",
        "socket.socket",
    ],
)
def test_nothing_goes_past_what_a_test_has_replaced(flavour, name, emulator, make):
    """With unittest.mock. pytest-socket, vcrpy and others replace the same functions without it."""
    from unittest import mock

    client = make(retry_total=0)
    reached = mock.Mock(side_effect=AssertionError("reached the test"))
    with contextlib.ExitStack() as patches:
        for one in name.split(", "):
            patches.enter_context(mock.patch(one, reached))
        with pytest.raises((AssertionError, acs_auth.TransportError)):
            flavour.run(client.create_user)
        with pytest.raises((AssertionError, acs_auth.TransportError)):
            exchanger = flavour.TeamsTokenExchanger(client, token_check="off")
            flavour.run(exchanger.exchange, "token", "client", "user")
    assert reached.called
    flavour.run(client.create_user)
    assert len(emulator.requests()) == 1


def test_a_guard_of_sockets_is_asked_and_may_let_through(flavour, make, emulator, monkeypatch):
    """Like pytest-socket, which replaces `connect`, lets some hosts through, and puts the original back into the class."""
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
