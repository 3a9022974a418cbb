"""A user's token that renews itself: its sources, when it renews, and callers that wait."""

import asyncio
import base64
import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from support.user_tokens import Refresher, token
from support.waiting import wait_for

import acs_auth
import acs_auth.aio

TEAMS_EXTENSION = "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"


@pytest.fixture
def make(flavour):
    """Makes credentials of the flavour, which are closed when the test ends."""
    made = []

    def make(*arguments, **options):
        made.append(flavour.CommunicationTokenCredential(*arguments, **options))
        return made[-1]

    yield make
    for credential in made:
        flavour.run(credential.close)


@pytest.fixture
def enter(flavour):
    return lambda credential: flavour.run(credential.__enter__ if flavour.name == "sync" else credential.__aenter__)


def at_once(flavour, credential, count=8):
    """Makes `count` calls at once, from as many threads, and returns their results."""
    with ThreadPoolExecutor(count) as threads:
        calls = [threads.submit(flavour.run, credential.get_token) for _ in range(count)]
    return [call.result(60) for call in calls]


def succeeds(flavour, credential):
    """Returns the token, or None if the call fails."""
    try:
        return flavour.run(credential.get_token)
    except acs_auth.AcsAuthError:
        return None


def test_one_token_is_returned_as_it_is(flavour, make):
    for given in (token(3600), token(-5)):
        assert flavour.run(make(given.token).get_token) == given
    assert flavour.run(make(token(700).token).get_token, "scope", claims="{}", enable_cae=True)
    before = time.time()
    opaque = flavour.run(make("opaque").get_token)
    assert opaque.token == "opaque" and before + 590 <= opaque.expires_on <= time.time() + 601
    with_blanks = token(-5).token.replace(".", ".\n    ")
    refreshed = Refresher(flavour, token(3600))
    assert flavour.run(make(with_blanks, token_refresher=refreshed.function).get_token).expires_on > before
    known = acs_auth.AccessToken("opaque", int(before) + 77)
    assert flavour.run(make(known).get_token) == known


def test_an_expiry_beyond_all_numbers_is_malformed(make):
    payload = base64.urlsafe_b64encode(b'{"exp": 1e999}').decode().rstrip("=")
    with pytest.raises(ValueError, match="token has the three parts of a JWT"):
        make(f"e30.{payload}.c2ln")


def test_callers_share_one_renewal(flavour, make):
    refresher = Refresher(flavour, token(3600), after=0.5)
    credential = make(token(-5).token, token_refresher=refresher.function)
    found = at_once(flavour, credential)
    assert refresher.calls == 1
    assert len(set(found)) == 1 and found[0].expires_on > time.time() + 3000


def test_a_good_token_is_returned_while_its_renewal_hangs(flavour, make):
    still_good, renewed = token(14), token(3600)
    refresher = Refresher(flavour, renewed)
    refresher.gate.clear()
    # Renewed after half of the time left.
    credential = make(still_good.token, token_refresher=refresher.function, timeout=1)
    try:
        assert flavour.run(credential.get_token) == still_good
        assert refresher.asked == 0
        wait_for(lambda: flavour.run(credential.get_token) == still_good and refresher.asked)
    finally:
        refresher.gate.set()
    wait_for(lambda: succeeds(flavour, credential) == renewed)


def test_a_token_that_is_good_for_long_is_not_renewed(flavour, make, enter):
    refresher = Refresher(flavour, token(7200))
    credential = make(token(3600).token, token_refresher=refresher.function, proactive_refresh=True)
    enter(credential)
    for _ in range(5):
        flavour.run(credential.get_token)
    assert refresher.calls == 0


def test_without_a_token_the_refresher_is_asked_for_the_first(flavour, make):
    first = token(3600)
    assert flavour.run(make(token_refresher=Refresher(flavour, first).function).get_token) == first


def test_a_refresher_that_never_answers_keeps_nobody_waiting(flavour, make):
    refresher = Refresher(flavour, token(3600))
    refresher.gate.clear()
    credential = make(token(-5).token, token_refresher=refresher.function, timeout=1)
    try:
        began = time.monotonic()
        with pytest.raises(acs_auth.TimedOutError):
            flavour.run(credential.get_token)
        assert 0.9 < time.monotonic() - began < 30
    finally:
        refresher.gate.set()
    # The refresher was only slow: its token is still used.
    wait_for(lambda: succeeds(flavour, credential))


def test_what_the_refresher_raises_is_raised_and_waited_for(flavour, make):
    error = ConnectionRefusedError(111, "no network")
    refresher = Refresher(flavour, error, token(3600))
    credential = make(token(-5).token, token_refresher=refresher.function)
    with pytest.raises(ConnectionRefusedError) as raised:
        flavour.run(credential.get_token)
    assert isinstance(raised.value, acs_auth.CredentialDeniedError)
    assert raised.value.__cause__ is error
    assert "ConnectionRefusedError" in str(raised.value) and "no network" not in str(raised.value)
    assert refresher.calls == 1
    # The next renewal waits for half a second, and calls until then get the same error.
    try:
        flavour.run(credential.get_token)
    except acs_auth.CredentialDeniedError as again:
        assert again.__cause__ is error and 0 < again.retry_after <= 0.5
    wait_for(lambda: succeeds(flavour, credential))
    assert refresher.calls == 2


def test_errors_of_ours_are_passed_on(flavour, make):
    ours = acs_auth.ThrottledError(acs_auth.ErrorKind.THROTTLED, "Later.", status_code=429, retry_after=7)
    with pytest.raises(acs_auth.ThrottledError) as raised:
        flavour.run(make(token_refresher=Refresher(flavour, ours).function).get_token)
    assert (raised.value.status_code, raised.value.reason) == (429, "Later.")


@pytest.mark.parametrize("wrong", [None, "text", ("t", 1), token(-5)], ids=["None", "text", "tuple", "expired"])
def test_what_is_no_good_token_is_an_error(flavour, make, wrong):
    credential = make(token(-5).token, token_refresher=Refresher(flavour, wrong).function)
    with pytest.raises(acs_auth.CredentialDeniedError) as raised:
        flavour.run(credential.get_token)
    assert isinstance(raised.value, ValueError if hasattr(wrong, "token") else TypeError)


def test_an_exception_of_any_class_is_raised(flavour, make):
    class NeedsArguments(Exception):
        def __new__(cls, one, two):
            return super().__new__(cls, one, two)

        def __init__(self, one, two):
            super().__init__(one, two)

    class Slotted(Exception):
        __slots__ = ("one",)

    for error in (NeedsArguments(1, 2), Slotted("x"), StopIteration(), KeyError("k"), SystemExit(3), UnicodeError("u")):
        credential = make(token_refresher=Refresher(flavour, error).function, timeout=20)
        if isinstance(error, StopIteration) and flavour.name == "aio":
            continue  # Python makes a RuntimeError of it.
        if isinstance(error, SystemExit) and flavour.name == "aio":
            continue  # It ends the loop.
        with pytest.raises(acs_auth.CredentialDeniedError) as raised:
            flavour.run(credential.get_token)
        assert raised.value.__cause__ is error


def test_it_renews_ahead_of_time_though_nobody_asks(flavour, make, enter):
    refresher = Refresher(flavour, token(3600))
    credential = make(token(4).token, token_refresher=refresher.function, proactive_refresh=True)
    assert refresher.calls == 0
    enter(credential)
    wait_for(lambda: refresher.calls == 1)
    wait_for(lambda: flavour.run(credential.get_token).expires_on > time.time() + 3000)
    assert refresher.calls == 1


def test_the_first_call_begins_to_renew_ahead_of_time(flavour, make):
    refresher = Refresher(flavour, lambda: token(4), token(3600))
    credential = make(token_refresher=refresher.function, proactive_refresh=True)
    flavour.run(credential.get_token)
    wait_for(lambda: refresher.calls == 2)


def test_a_failed_renewal_ahead_of_time_is_tried_again_with_backoff(flavour, make, enter):
    refresher = Refresher(flavour, OSError("one"), OSError("two"), token(3600))
    credential = make(token(4).token, token_refresher=refresher.function, proactive_refresh=True)
    enter(credential)
    wait_for(lambda: refresher.calls == 3)
    # After 0.5 s, then after 1 s.
    assert refresher.times[2] - refresher.times[0] > 1.4
    assert flavour.run(credential.get_token).expires_on > time.time() + 3000


def test_the_time_before_expiry_is_an_option(flavour, make):
    refresher = Refresher(flavour, token(7200))
    before = timedelta(hours=2)
    credential = make(token(3600).token, token_refresher=refresher.function, refresh_time_before_expiry=before)
    flavour.run(credential.get_token)
    assert refresher.calls == 0, "half of what was left is not over"


def test_closing_ends_the_calls_that_wait_and_later_ones(flavour, make):
    refresher = Refresher(flavour, token(3600))
    refresher.gate.clear()
    credential = make(token_refresher=refresher.function)
    failed = []

    def ask():
        try:
            flavour.run(credential.get_token)
        except acs_auth.AcsAuthError as error:
            failed.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    try:
        time.sleep(0.2)
        flavour.run(credential.close)
        flavour.run(credential.close)
        waiting.join(20)
        assert not waiting.is_alive()
        ask()
    finally:
        refresher.gate.set()
    for error in failed:
        assert isinstance(error, acs_auth.CancelledError) and isinstance(error, RuntimeError)
        assert "once it has been closed" in str(error)
    assert len(failed) == 2
    with pytest.raises(RuntimeError, match="closed"):
        flavour.run(credential.__enter__ if flavour.name == "sync" else credential.__aenter__)


def test_a_block_closes():
    refresher = Refresher(type("sync", (), {"name": "sync"}), token(3600))
    with acs_auth.CommunicationTokenCredential(token(3).token, token_refresher=refresher.function, proactive_refresh=True):
        pass
    time.sleep(2)
    assert refresher.calls == 0

    async def use():
        async with acs_auth.aio.CommunicationTokenCredential(token(3600).token) as credential:
            assert (await credential.get_token()).token
        with pytest.raises(acs_auth.CancelledError):
            await credential.get_token()

    asyncio.run(use())


def test_dropped_it_renews_nothing_and_lets_the_refresher_go(flavour):
    refresher = Refresher(flavour, token(3600))
    reference = weakref.ref(refresher)
    credential = flavour.CommunicationTokenCredential(token_refresher=refresher.function, proactive_refresh=True)
    flavour.run(credential.get_token)
    of_credential = weakref.ref(credential)
    del credential, refresher
    gc.collect()
    assert of_credential() is None
    wait_for(lambda: gc.collect() >= 0 and reference() is None)


class Entra:
    """A user's credential of azure-identity."""

    def __init__(self, flavour, mint):
        self.mint = mint
        self.asked = []
        self.get_token = self.get_token_async if flavour.name == "aio" else self.get_token_sync

    def get_token_sync(self, *scopes, **_):
        self.asked.append(list(scopes))
        return acs_auth.AccessToken(self.mint(), int(time.time()) + 3600)

    async def get_token_async(self, *scopes, **_):
        await asyncio.sleep(0)
        return self.get_token_sync(*scopes)


def test_fed_by_entra_for_a_resource_endpoint(flavour, make, emulator):
    default = Entra(flavour, lambda: emulator.mint(kind="entra_user"))
    extension = Entra(flavour, lambda: emulator.mint(kind="teams_extension"))
    for entra, scopes, asked in [
        (default, None, ["https://communication.azure.com/clients/.default"]),
        (default, ["https://communication.azure.com/clients/VoIP"], ["https://communication.azure.com/clients/VoIP"]),
        (extension, (TEAMS_EXTENSION,), [TEAMS_EXTENSION]),
    ]:
        credential = make(resource_endpoint=emulator.http_url + "/", token_credential=entra, scopes=scopes)
        given = flavour.run(credential.get_token)
        assert given.expires_on > time.time() + 60 and given.token != entra.mint()
        assert flavour.run(credential.get_token) == given
        assert entra.asked == [asked]
        entra.asked.clear()
    operations = [request["target"].split("?")[0] for request in emulator.requests()]
    assert operations == ["/access/entra/:exchangeAccessToken"] * 2 + ["/access/teamsExtension/:exchangeAccessToken"]


def test_fed_by_entra_and_a_client_that_is_closed(flavour, make, emulator, connection_string):
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    entra = Entra(flavour, lambda: emulator.mint(kind="teams_extension"))
    credential = make(client=client, token_credential=entra, scopes=[TEAMS_EXTENSION])
    flavour.run(client.close)
    assert flavour.run(credential.get_token).token


def test_fed_by_an_exchanger(flavour, make, emulator, connection_string):
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    entra = Entra(flavour, emulator.teams_token)
    ids = {"client_id": emulator.spa.client_id, "user_object_id": emulator.user.object_id}
    credential = make(exchanger=flavour.TeamsTokenExchanger(client), token_credential=entra, **ids)
    assert flavour.run(credential.get_token).token
    assert [name.rpartition("/")[2] for name in entra.asked[0]] == ["Teams.ManageCalls", "Teams.ManageChats"]
    client.update_access_key(emulator.access_key)


def test_what_the_service_rejects_is_raised(flavour, make, emulator):
    entra = Entra(flavour, lambda: emulator.mint(kind="teams_extension", attack="expired"))
    credential = make(resource_endpoint=emulator.http_url, token_credential=entra, scopes=[TEAMS_EXTENSION])
    with pytest.raises(acs_auth.AcsAuthError) as raised:
        flavour.run(credential.get_token)
    assert raised.value.kind in (acs_auth.ErrorKind.ENTRA_TOKEN_INVALID, acs_auth.ErrorKind.ENTRA_TOKEN_REJECTED)


ENTRA = type("Entra", (), {"get_token": lambda *_: None})()
GOOD = token(3600).token


@pytest.mark.parametrize(
    ("arguments", "options", "error", "text"),
    [
        ((454,), {}, TypeError, "Token must be a string."),
        (("foo.bar.tar",), {}, ValueError, "token"),
        (("not a token",), {}, ValueError, "not formatted correctly"),
        (("",), {}, ValueError, "token"),
        ((GOOD,), {"proactive_refresh": True}, ValueError, "When 'proactive_refresh' is True, 'token_refresher' must not be None."),
        ((GOOD,), {"token_refresher": 5}, TypeError, "token_refresher must be a function"),
        ((), {}, ValueError, "missing: resource_endpoint, token_credential"),
        ((), {"resource_endpoint": "https://a.example"}, ValueError, "missing: token_credential"),
        ((), {"token_credential": ENTRA}, ValueError, "missing: resource_endpoint"),
        ((), {"token_credential": "key", "resource_endpoint": "https://a.example"}, TypeError, "get_token"),
        ((), {"token_credential": ENTRA, "resource_endpoint": "https://a.example", "client": 1}, ValueError, "not two"),
        ((), {"token_credential": ENTRA, "resource_endpoint": "http://a.example"}, ValueError, "https"),
        ((), {"token_credential": ENTRA, "resource_endpoint": "https://a.example", "scopes": "text"}, TypeError, "list"),
        ((), {"token_credential": ENTRA, "resource_endpoint": "https://a.example", "scopes": ["https://b/x"]}, ValueError, "scopes"),
        ((GOOD,), {"token_refresher": print, "client_id": "c"}, ValueError, "client_id"),
        ((GOOD,), {"token_refresher": print, "timeout": 0}, ValueError, "timeout"),
        ((GOOD,), {"no_such_option": 1}, TypeError, "no_such_option"),
    ],
)
def test_arguments_that_do_not_fit(flavour, arguments, options, error, text):
    with pytest.raises(error) as raised:
        flavour.CommunicationTokenCredential(*arguments, **options)
    assert text in str(raised.value)
