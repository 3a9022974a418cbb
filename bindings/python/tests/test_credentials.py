"""Credentials: keys in any form, and token credentials that return a token, hang, raise or return something else."""

import os
import threading
import time

import pytest
from azure.core import exceptions as azure
from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from support.waiting import times_out

import acs_auth


@pytest.fixture
def make(flavour, emulator):
    def make(credential, endpoint=None, **options):
        kind = flavour.CommunicationIdentityClient
        return kind(endpoint or emulator.http_url, credential, root_certificates_pem=emulator.ca, **options)

    return make


@pytest.mark.parametrize("kind", [str, AzureKeyCredential, acs_auth.AccessKey])
def test_a_key_in_any_form(flavour, emulator, make, kind):
    client = make(kind(emulator.access_key))
    assert flavour.run(client.create_user).raw_id.startswith("8:acs:")


def test_the_key_of_a_connection_string(flavour, emulator, make):
    parsed = acs_auth.ConnectionString(emulator.connection_string_http)
    client = make(parsed.access_key, parsed.endpoint)
    assert flavour.run(client.create_user).raw_id.startswith("8:acs:")


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_credential_is_a_value_error(make, nothing):
    with pytest.raises(ValueError, match="credential is needed"):
        make(nothing)


@pytest.mark.parametrize("other", [42, object(), b"key", ["key"]])
def test_what_is_no_credential_is_a_type_error(make, other):
    with pytest.raises(TypeError, match="has none of them"):
        make(other)


def daemon(kind, emulator, **options):
    return kind(
        emulator.tenant_id,
        emulator.daemon.client_id,
        emulator.daemon.client_secret,
        authority=emulator.https_url,
        disable_instance_discovery=True,
        **options,
    )


@pytest.fixture
def azure_identity(emulator, monkeypatch):
    """Makes azure-identity's credentials trust the emulator's CA, by the environment, as programs do."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", emulator.ca_file)
    monkeypatch.setenv("SSL_CERT_FILE", emulator.ca_file)


def test_a_credential_of_azure_identity_as_it_is(emulator, azure_identity):
    with daemon(ClientSecretCredential, emulator) as credential:
        client = acs_auth.CommunicationIdentityClient(emulator.http_url, credential)
        user, token = client.create_user_and_token(["chat"])
        assert user.raw_id and token.token
        emulator.forget_requests()
        client.get_token(user, ["voip"])
        client.revoke_tokens(user)
        client.delete_user(user)
    for request in emulator.requests():
        assert dict(request["headers"])["authorization"].startswith("Bearer ")


def test_a_credential_of_azure_identity_aio_as_it_is(emulator, azure_identity):
    import asyncio

    async def use():
        # aiohttp reads SSL_CERT_FILE once, when it is imported.
        trust = {"connection_verify": emulator.ca_file}
        async with daemon(AsyncClientSecretCredential, emulator, **trust) as credential:
            client = acs_auth.aio.CommunicationIdentityClient(emulator.http_url, credential)
            user, token = await client.create_user_and_token(["chat"])
            await client.delete_user(user)
            return token

    assert asyncio.run(use()).token


class Given:
    """A credential that returns what `act` returns; asynchronous if the client is."""

    def __init__(self, act, is_async):
        self._act = act
        if is_async:
            self.get_token = self._get_token_async

    def get_token(self, *scopes, **_):
        return self._act()

    async def _get_token_async(self, *scopes, **_):
        return self._act()


@pytest.fixture
def given(flavour):
    return lambda act: Given(act, flavour.name == "aio")


class SecretError(Exception):
    pass


def test_what_a_credential_raises_is_the_cause(flavour, make, given):
    def act():
        raise SecretError("hunter2")

    client = make(given(act))
    with pytest.raises(acs_auth.CredentialDeniedError) as caught:
        flavour.run(client.create_user)
    error = caught.value
    assert isinstance(error, azure.ClientAuthenticationError)
    assert isinstance(error.__cause__, SecretError)
    assert "SecretError" in error.reason
    assert error.target == "credential"
    assert "hunter2" not in f"{error}{error!r}{error.args}{error.message}"


def test_calls_that_share_a_failure_have_its_cause(flavour, make, given):
    from concurrent.futures import ThreadPoolExecutor

    asked = []

    def act():
        asked.append(1)
        raise SecretError(len(asked))

    client = make(given(act))

    def fail(_):
        with pytest.raises(acs_auth.CredentialDeniedError) as caught:
            flavour.run(client.create_user)
        return caught.value.__cause__

    with ThreadPoolExecutor(8) as pool:
        causes = list(pool.map(fail, range(32)))
    assert all(isinstance(cause, SecretError) for cause in causes)
    assert len(asked) < 32, "a failed renewal is not repeated by every call"


@pytest.mark.parametrize("token", [None, "eyJ", 42, ("eyJ", 1), AccessToken(None, 1), AccessToken(b"eyJ", 1)])
def test_what_is_no_token_is_refused(flavour, make, given, token):
    client = make(given(lambda: token))
    with pytest.raises(acs_auth.CredentialDeniedError) as caught:
        flavour.run(client.create_user)
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_slow_credential_is_waited_for_within_the_timeout(flavour, make, given):
    release = threading.Event()
    blocks = flavour.name == "aio"  # A blocking credential blocks its loop.
    client = make(given(lambda: release.wait(4 if blocks else 30)), timeout=0.3)
    started = time.monotonic()
    try:
        with pytest.raises(acs_auth.TimedOutError):
            flavour.run(client.create_user)
        assert time.monotonic() - started < 15 or blocks
    finally:
        release.set()


def test_a_good_credential_is_asked_once_a_call(flavour, emulator, make, given):
    asked = []

    def act():
        asked.append(1)
        return AccessToken(emulator.mint(client_id=emulator.daemon.client_id, kind="acs"), int(time.time()) + 3600)

    client = make(given(act))
    try:
        flavour.run(client.create_user)
    except acs_auth.CredentialDeniedError:
        pass
    assert len(asked) == 1


def test_an_awaitable_credential_is_not_for_the_blocking_client(emulator):
    client = acs_auth.CommunicationIdentityClient(emulator.http_url, Given(lambda: None, True))
    with pytest.raises(acs_auth.CredentialDeniedError) as caught:
        client.create_user()
    assert "acs_auth.aio" in str(caught.value.__cause__)


def test_a_blocking_credential_will_do_for_aio(emulator):
    import asyncio

    def act():
        raise SecretError

    client = acs_auth.aio.CommunicationIdentityClient(emulator.http_url, Given(act, False))
    with pytest.raises(acs_auth.CredentialDeniedError) as caught:
        asyncio.run(client.create_user())
    assert isinstance(caught.value.__cause__, SecretError)


def test_a_credential_may_use_the_client_of_another(emulator):
    """It runs on a thread of its own, so it doesn't block the library."""
    other = acs_auth.CommunicationIdentityClient.from_connection_string(emulator.connection_string_http)

    class Nested:
        def get_token(self, *scopes):
            other.create_user()
            raise SecretError

    client = acs_auth.CommunicationIdentityClient(emulator.http_url, Nested())
    with pytest.raises(acs_auth.CredentialDeniedError) as caught:
        client.create_user()
    assert isinstance(caught.value.__cause__, SecretError)


@pytest.mark.parametrize("token, expires_on", [("s3cret\udce9", 2**31), ("s3cret", 2**64)])
def test_a_token_that_cannot_be_passed_on_is_the_credentials_failure(flavour, make, token, expires_on):
    """And the callback thread survives: the second call asks the credential again."""

    class Credential:
        def get_token(self, *scopes, **options):
            return AccessToken(token, expires_on)

    client = make(Credential())
    for _ in range(2):
        with pytest.raises(acs_auth.CredentialDeniedError) as raised:
            flavour.run(client.create_user, timeout=30)
        assert type(raised.value.__cause__) is ValueError
        assert "s3cret" not in repr(raised.value) + repr(raised.value.__cause__)


class TokenInfo:
    def __init__(self, token, expires_in, refresh_in=None):
        self.token = token
        self.expires_on = int(time.time()) + expires_in
        self.refresh_on = None if refresh_in is None else int(time.time()) + refresh_in


class WithInfo:
    """A credential like azure-core's SupportsTokenInfo, without `get_token`."""

    def __init__(self, give, is_async):
        self.asked = []
        self._give = give
        if is_async:
            self.get_token_info = self._get_token_info_async

    def get_token_info(self, *scopes, options=None):
        self.asked.append((scopes, options))
        return self._give(len(self.asked))

    async def _get_token_info_async(self, *scopes, options=None):
        return WithInfo.get_token_info(self, *scopes, options=options)


def bearer(emulator):
    return emulator.mint(client_id=emulator.daemon.client_id, kind="acs")


def test_get_token_info_is_enough(flavour, emulator, make):
    credential = WithInfo(lambda _: TokenInfo(bearer(emulator), 3600), flavour.name == "aio")
    client = make(credential)
    for _ in range(2):
        assert flavour.run(client.create_user).raw_id
    assert credential.asked == [((acs_auth.ACS_SCOPE,), None)]


def test_refresh_on_renews_in_the_background(flavour, emulator, make):
    token = bearer(emulator)
    credential = WithInfo(lambda _: TokenInfo(token, 4, refresh_in=1), flavour.name == "aio")
    client = make(credential)

    deadline = time.monotonic() + 20
    while len(credential.asked) < 2 and time.monotonic() < deadline:
        flavour.run(client.create_user)
        time.sleep(0.2)
    assert len(credential.asked) >= 2


def test_a_credential_that_hangs_is_asked_once_by_all_calls(flavour, make):
    release = threading.Event()
    asked = []

    class Hangs:
        def get_token(self, *scopes):
            asked.append(scopes)
            release.wait(30)
            raise SecretError

    # After 30 s, a credential would be asked again.
    client = make(Hangs())
    try:
        times_out(lambda timeout: flavour.run(client.create_user, timeout=timeout), lambda: asked)
        for _ in range(5):
            with pytest.raises(acs_auth.TimedOutError):
                flavour.run(client.create_user, timeout=0.1)
        assert len(asked) == 1
    finally:
        release.set()


def test_a_token_that_is_still_good_is_used_while_its_renewal_hangs(flavour, emulator, make):
    release = threading.Event()
    token = bearer(emulator)

    def give(times):
        if times > 1:
            release.wait(60)
        # Renewed after half of its lifetime.
        return TokenInfo(token, 24, refresh_in=1)

    credential = WithInfo(give, False)
    client = make(credential, timeout=30)
    try:
        deadline = time.monotonic() + 20
        while len(credential.asked) < 2 and time.monotonic() < deadline:
            flavour.run(client.create_user)
            time.sleep(0.2)
        threads = len(os.listdir("/proc/self/task"))
        for _ in range(20):
            assert flavour.run(client.create_user, timeout=30).raw_id
        assert len(credential.asked) == 2, "one renewal, whatever the number of calls"
        assert len(os.listdir("/proc/self/task")) < threads + 10, "no thread for each call"
    finally:
        release.set()


def test_a_token_good_for_299_s_is_used_though_no_other_can_be_had(flavour, emulator, make, given):
    """Tokens are renewed five minutes before they expire, but not every call requests one if less is left."""
    release = threading.Event()
    asked = []

    def act():
        asked.append(1)
        if len(asked) > 1:
            release.wait(60)
        return AccessToken(bearer(emulator), int(time.time()) + 299)

    client = make(given(act), timeout=30)
    try:
        for _ in range(10):
            assert flavour.run(client.create_user).raw_id
        assert len(asked) == 1
    finally:
        release.set()


def claims_of(credential, claims):
    from acs_auth import _credentials

    return _credentials._request(credential, ["scope"], claims)


def test_claims_are_passed_on_as_azure_core_does():
    asked = []

    class Full:
        def get_token(self, *scopes, claims=None, tenant_id=None, enable_cae=False, **kwargs):
            asked.append((scopes, claims, enable_cae))

    class Scopes:
        def get_token(self, *scopes):
            asked.append(scopes)

    info = WithInfo(lambda _: None, False)
    claims_of(Full(), None)
    claims_of(Full(), "{}")
    claims_of(Scopes(), "{}")
    claims_of(info, "{}")
    assert asked == [(("scope",), None, False), (("scope",), "{}", True), ("scope",)]
    assert info.asked == [(("scope",), {"claims": "{}", "enable_cae": True})]
