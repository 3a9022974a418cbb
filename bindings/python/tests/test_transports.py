"""Transports that send instead of the library."""

import asyncio
import threading

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport

import acs_auth
from acs_auth.testing import FakeService


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
