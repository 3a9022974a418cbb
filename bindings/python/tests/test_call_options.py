"""Options of a call that azure-core has too, and the errors for the others, which name what to write instead."""

import time

import pytest
from support.azure import headers_of

import acs_auth


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
    # The default that `retry_connect` and other counts are compared with.
    assert len(emulator.requests()) == 3 + 1 + acs_auth._azure_options.DEFAULT_RETRIES


def test_read_timeout_of_a_call_ends_it(flavour, make, emulator):
    emulator.spoil(operation="create_user", latency_ms=20_000, count=9)
    with pytest.raises(TimeoutError):
        flavour.run(make().create_user, read_timeout=0.2)


def test_a_call_has_attempts_of_its_own(flavour, make, emulator):
    emulator.spoil(operation="revoke_tokens", latency_ms=20_000, count=1)
    client = make(retry_backoff_factor=0.001)
    user = flavour.run(client.create_user)
    started = time.monotonic()
    flavour.run(client.revoke_tokens, user, max_attempts=2, attempt_timeout=3, timeout=60)
    assert time.monotonic() - started < 15, "the first attempt ended before its response"
    with pytest.raises(acs_auth.InvalidArgumentError):
        flavour.run(make().create_user, max_attempts=0)


def test_an_id_for_all_calls(flavour, make, emulator):
    client = make(request_id="fixed")
    flavour.run(client.create_user)
    flavour.run(client.create_user, request_id="own")
    assert [headers_of(request)["x-ms-client-request-id"] for request in emulator.requests()] == ["fixed", "own"]


REFUSED_CALLS = [
    ({"transport": "a"}, "give it to the client"),
    ({"retry_status": 0}, "retry_total"),
    ({"raw_request_hook": 1}, "function"),
    ({"cls": 1}, "function"),
    ({"connection_timeout": -1}, "out of range"),
    ({"connection_timeout": "1"}, "seconds"),
]


@pytest.mark.parametrize(("options", "instead"), REFUSED_CALLS, ids=lambda value: str(value)[:40])
def test_what_a_call_does_not_take_is_refused_with_what_to_write(flavour, make, emulator, options, instead):
    client = make()
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        flavour.run(client.create_user, **options)
    assert next(iter(options)) in str(raised.value)
    assert emulator.requests() == []


def test_a_call_has_a_time_to_connect_of_its_own(flavour, silent_server):
    endpoint = f"https://127.0.0.1:{silent_server}"
    options = {"timeout": 60, "connection_timeout": 60, "retry_total": 0}
    client = flavour.CommunicationIdentityClient(endpoint, "a2V5", **options)
    with pytest.raises(acs_auth.TransportError, match="no connection within 200 ms"):
        flavour.run(client.create_user, connection_timeout=0.2)


def test_a_call_that_is_connected_takes_its_time(flavour, make, emulator):
    """`connection_timeout` limits the connection, not the response."""
    emulator.spoil(operation="create_user", latency_ms=4000, count=1)
    assert flavour.run(make().create_user, connection_timeout=3).raw_id


def test_the_time_to_connect_is_each_attempts(flavour, silent_server):
    seen = []
    client = flavour.CommunicationIdentityClient(
        f"https://127.0.0.1:{silent_server}", "a2V5", timeout=60, connection_timeout=60, retry_backoff_factor=0.001
    )
    with pytest.raises(acs_auth.TransportError):
        flavour.run(
            client.create_user, connection_timeout=0.1, retry_total=2, raw_request_hook=lambda _: seen.append("attempt")
        )
    assert seen == ["attempt"] * 3
