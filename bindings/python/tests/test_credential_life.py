"""Asynchronous credentials in event loops that end, and credentials that are garbage-collected."""

import asyncio
import gc
import threading
import time
import weakref

import pytest
from support.waiting import wait_for

import acs_auth
import acs_auth.aio
from acs_auth.aio import _loop


class Credential:
    """Asynchronous. Returns the emulator's token once `gate` is set, and records the loops that it ran in."""

    def __init__(self, emulator):
        self._token = emulator.mint(client_id=emulator.daemon.client_id, kind="acs")
        self.gate = threading.Event()
        self.gate.set()
        self.loops = []

    async def get_token(self, *scopes, **_):
        self.loops.append(asyncio.get_running_loop())
        while not self.gate.is_set():
            await asyncio.sleep(0.01)
        return acs_auth.AccessToken(self._token, int(time.time()) + 3600)


@pytest.fixture
def credential(emulator):
    return Credential(emulator)


@pytest.fixture
def patient(monkeypatch):
    """On a busy machine, the program's next loop may come later than a renewal waits for it."""
    monkeypatch.setattr(_loop, "_NEXT_LOOP", 30)


@pytest.fixture
def client(emulator, credential):
    return acs_auth.aio.CommunicationIdentityClient(emulator.http_url, credential, timeout=30)


async def begin(client, credential):
    """Begins a call, and returns once the credential is asked."""
    task = asyncio.ensure_future(client.create_user())
    while not credential.loops:
        await asyncio.sleep(0.01)
    return task


def test_a_renewal_goes_on_in_the_next_loop_if_its_own_ends(client, credential, patient):
    """asyncio.run cancels the credential's task when it ends."""
    credential.gate.clear()
    asyncio.run(begin(client, credential))
    credential.gate.set()
    started = time.monotonic()
    assert asyncio.run(client.create_user()).raw_id
    assert time.monotonic() - started < 10
    assert len(credential.loops) == 2 and credential.loops[0] is not credential.loops[1]


@pytest.mark.parametrize("closes", [False, True])
def test_a_renewal_goes_on_in_the_next_loop_if_its_own_is_stopped_or_closed(client, credential, patient, closes):
    credential.gate.clear()
    loop = asyncio.new_event_loop()
    task = loop.run_until_complete(begin(client, credential))
    task._log_destroy_pending = False
    for other in asyncio.all_tasks(loop):
        other._log_destroy_pending = False
    if closes:
        loop.close()
    credential.gate.set()
    try:
        started = time.monotonic()
        assert asyncio.run(client.create_user()).raw_id
        assert time.monotonic() - started < 10
        assert credential.loops[0] is loop and credential.loops[-1] is not loop
    finally:
        if not closes:
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
            loop.run_until_complete(asyncio.sleep(0.05))
            loop.close()


def test_an_exchangers_calls_name_the_loop_of_its_clients_credential(emulator, client, credential):
    """Teams Phone extensibility authenticates to the service by the user's token, the Teams exchange by the credential's."""
    exchanger = acs_auth.aio.TeamsTokenExchanger(client)
    for _ in range(2):
        assert asyncio.run(exchanger.exchange(*emulator.exchange_arguments())).token
        asyncio.run(exchanger.sign_out(emulator.tenant_id, emulator.user.object_id))
    assert len(credential.loops) == 1
    latest = client._watcher.latest
    calls = [
        lambda: exchanger.exchange_teams_extension(emulator.mint(kind="teams_extension")),
        lambda: exchanger.sign_out(emulator.tenant_id, emulator.user.object_id),
        lambda: exchanger.is_cache_reachable(),
    ]
    for call in calls:
        latest.loop = None
        asyncio.run(call())
        assert latest.loop is not None


def test_without_a_loop_an_asynchronous_credential_is_an_error_that_says_so(emulator, client):
    exchanger = acs_auth.TeamsTokenExchanger(client)
    with pytest.raises(acs_auth.CredentialDeniedError) as raised:
        exchanger.exchange(*emulator.exchange_arguments())
    assert "no event loop" in str(raised.value.__cause__)


def handler(emulator, credential):
    return acs_auth.aio.TokenExchangeHandler(
        endpoint=emulator.http_url,
        token_credential=credential,
        api_client_id=emulator.api.client_id,
        tenant_ids=[emulator.tenant_id],
        teams_client_ids=[emulator.spa.client_id],
        cloud=acs_auth.Cloud.custom(emulator.https_url),
        root_certificates_pem=emulator.ca.decode(),
    )


def exchange_at(handler, emulator):
    headers = {
        "Authorization": "Bearer " + emulator.mint(kind="api"),
        "Teams-User-Aad-Token": emulator.mint(kind="teams"),
    }
    return asyncio.run(handler.handle(acs_auth.Request("POST", "/api/token/teams", headers)))


def test_a_handlers_credential_goes_on_in_the_next_loop(emulator, credential):
    made = handler(emulator, credential)
    assert exchange_at(made, emulator).status == 201
    assert len(credential.loops) == 1


class Raises:
    def __init__(self, is_async):
        if is_async:
            self.get_token = self._get_token_async

    def get_token(self, *scopes, **_):
        raise OSError("no network")

    async def _get_token_async(self, *scopes, **_):
        raise OSError("no network")


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("what", ["client", "aio client", "aio handler", "exchanger"])
def test_a_credential_is_collected_with_what_uses_it(emulator, monkeypatch, what, fails):
    """Also if its exception was the cause of a call's error: the frames of the traceback hold the credential and the client."""
    monkeypatch.setattr(acs_auth._causes, "KEEP_SECONDS", 0.1)
    credential = Raises(what != "client") if fails else Credential(emulator)
    if what == "client":
        if not fails:
            credential = type("Sync", (), {"get_token": lambda self, *_, **__: acs_auth.AccessToken("eyJ", 2**31)})()
        made = acs_auth.CommunicationIdentityClient(emulator.http_url, credential)
        with pytest.raises(acs_auth.CredentialDeniedError):
            made.create_user()
    elif what == "aio handler":
        made = handler(emulator, credential)
        assert exchange_at(made, emulator).status == (502 if fails else 201)
    else:
        made = acs_auth.aio.CommunicationIdentityClient(emulator.http_url, credential)
        call = made.create_user
        if what == "exchanger":
            made = acs_auth.aio.TeamsTokenExchanger(made)
            arguments = emulator.exchange_arguments()
            call = lambda: made.exchange(*arguments)  # noqa: E731
        if fails:
            with pytest.raises(acs_auth.CredentialDeniedError) as raised:
                asyncio.run(call())
            assert isinstance(raised.value.__cause__, OSError) and "#" not in str(raised.value)
            del raised
        else:
            asyncio.run(call())
        del call
    references = [weakref.ref(credential), weakref.ref(made)]
    del credential, made
    time.sleep(1.1)
    # Another client's callback wakes the threads, which then forget old exceptions.
    with pytest.raises(acs_auth.CredentialDeniedError):
        acs_auth.CommunicationIdentityClient(emulator.http_url, Raises(False)).create_user()
    wait_for(lambda: gc.collect() >= 0 and [reference() for reference in references] == [None, None])


def test_the_cause_of_an_error_is_kept_as_long_as_a_call_may_need_it(flavour, emulator):
    """Closing the client in the middle of the call releases the credential."""
    gate, asked = threading.Event(), threading.Event()

    class Slow:
        def get_token(self, *scopes, **_):
            asked.set()
            assert gate.wait(30)
            raise OSError("no network")

    client = flavour.CommunicationIdentityClient(emulator.http_url, Slow(), timeout=30)
    causes = []

    def call():
        with pytest.raises(acs_auth.CredentialDeniedError) as raised:
            flavour.run(client.create_user)
        causes.append(raised.value.__cause__)

    thread = threading.Thread(target=call)
    thread.start()
    assert asked.wait(30)
    flavour.run(client.close)
    gate.set()
    thread.join(30)
    assert [type(cause) for cause in causes] == [OSError]
