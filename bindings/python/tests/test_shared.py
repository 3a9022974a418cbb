"""The credential of `_shared`, beyond what the official tests check: threads, tasks, failures."""

import asyncio
import threading
import time

import pytest
from support.waiting import wait_for

from acs_auth._shared import user_credential, user_credential_async
from acs_auth._shared.utils import create_access_token, parse_connection_str
from test_dropin import make_jwt


def token(seconds):
    return make_jwt(int(time.time()) + seconds)


def test_threads_that_ask_at_once_share_a_renewal():
    begun, gate, calls = threading.Event(), threading.Event(), []

    def refresh():
        calls.append(1)
        begun.set()
        assert gate.wait(60)
        return create_access_token(token(3600))

    credential = user_credential.CommunicationTokenCredential(token(-5), token_refresher=refresh)
    found = []
    threads = [threading.Thread(target=lambda: found.append(credential.get_token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    gate.set()
    for thread in threads:
        thread.join(60)
    assert len(calls) == 1 and len(found) == 8 and len(set(found)) == 1


def test_a_token_that_is_still_good_does_while_another_thread_renews_it():
    begun, gate = threading.Event(), threading.Event()

    def refresh():
        begun.set()
        assert gate.wait(60)
        return create_access_token(token(3600))

    still_good = token(60)
    credential = user_credential.CommunicationTokenCredential(still_good, token_refresher=refresh)
    renewing = threading.Thread(target=credential.get_token)
    renewing.start()
    try:
        assert begun.wait(60)
        assert credential.get_token().token == still_good
    finally:
        gate.set()
        renewing.join(60)
    assert credential.get_token().token != still_good


def test_a_failed_renewal_ahead_of_time_is_tried_again():
    calls = []

    def refresh():
        calls.append(1)
        if len(calls) < 3:
            raise OSError("no network")
        return create_access_token(token(3600))

    with user_credential.CommunicationTokenCredential(token(1), token_refresher=refresh, proactive_refresh=True) as credential:
        credential._wait = lambda: 0.01
        credential._schedule()
        wait_for(lambda: len(calls) == 3 and credential._failures == 0)
        credential._failures = 3
        assert user_credential.CommunicationTokenCredential._wait(credential) == 4
        credential._failures = 99
        assert user_credential.CommunicationTokenCredential._wait(credential) == 60


def test_awaited_it_is_the_same():
    async def main():
        calls = []

        async def refresh():
            calls.append(1)
            await asyncio.sleep(0.01)
            if len(calls) == 1:
                raise OSError("no network")
            return create_access_token(token(3600))

        kind = user_credential_async.CommunicationTokenCredential
        credential = kind(token(-5), token_refresher=refresh)
        with pytest.raises(OSError, match="no network"):
            await credential.get_token()
        first, second = await asyncio.gather(credential.get_token(), credential.get_token())
        assert first is second and len(calls) == 2

        calls.clear()
        async with kind(token(1), token_refresher=refresh, proactive_refresh=True) as credential:
            assert credential._timer.interval == 0
            credential._wait = lambda: 0.01
            for _ in range(3000):
                if len(calls) == 2:
                    break
                await asyncio.sleep(0.01)
            assert len(calls) == 2
        assert credential._timer is None
        with pytest.raises(RuntimeError, match="closed"):
            await credential.get_token()
        with pytest.raises(TypeError, match="string"):
            kind(1)
        with pytest.raises(ValueError, match="token_refresher"):
            kind(token(5), proactive_refresh=True)

    asyncio.run(main())


def test_a_connection_string_gives_a_host_as_the_official_function_does():
    from azure.communication.identity._shared.utils import parse_connection_str as official

    text = "endpoint=https://Contoso.communication.azure.com/;accesskey=a2V5"
    assert parse_connection_str(text)[1] == official(text)[1]
    assert parse_connection_str(text)[0].lower() == official(text)[0].lower()
    assert parse_connection_str("endpoint=http://localhost:1/;accesskey=a2V5")[0] == "http://localhost:1"
    with pytest.raises(ValueError, match="None"):
        parse_connection_str(None)


def test_no_token_is_shown():
    secret = token(3600)
    credential = user_credential.CommunicationTokenCredential(secret)
    assert secret not in repr(credential) and secret not in repr(credential.get_token())
    with pytest.raises(ValueError, match="not formatted") as raised:
        user_credential.CommunicationTokenCredential("secret.secret.secret")
    assert "secret." not in str(raised.value)
