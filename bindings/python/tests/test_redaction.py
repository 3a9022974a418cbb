"""Keys and tokens appear in no repr, str, log or traceback, including the variables of its frames."""

import copy
import logging
import pickle
import pprint
import traceback

import azure.core.exceptions
import pytest
from support.waiting import wait_for

import acs_auth
from acs_auth import AccessKey, AccessToken, ConnectionString, Proxy, RedisOptions, SealingKey

KEY = "c2VjcmV0LWtleS1vZi10aGUtc3VpdGU="
SEALING = "c2VhbGluZy1rZXktb2YtMzItYnl0ZXMtISEhISEhISE="
CONNECTION_STRING = f"endpoint=https://contoso.communication.azure.com;accesskey={KEY}"
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl"
SECRETS = (KEY, SEALING, TOKEN, "hunter2")


def all_texts(value):
    return "\n".join(
        (repr(value), str(value), f"{value}", "%s" % (value,), f"{value!r:>9}", pprint.pformat(value), repr([value]))
    )


def endpoint():
    return acs_auth.Endpoint("https://contoso.communication.azure.com")


VALUES = {
    "AccessToken": lambda: AccessToken(TOKEN, 1),
    "AccessKey": lambda: AccessKey(KEY),
    "SealingKey": lambda: SealingKey(SEALING),
    "ConnectionString": lambda: ConnectionString(CONNECTION_STRING),
    "client": lambda: acs_auth.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING),
    "aio client": lambda: acs_auth.aio.CommunicationIdentityClient.from_connection_string(CONNECTION_STRING),
    "Proxy": lambda: Proxy.url("http://user:hunter2@proxy:1"),
    "RedisOptions": lambda: RedisOptions("redis://:hunter2@h", SealingKey(SEALING), password="hunter2"),
    "user credential": lambda: acs_auth.CommunicationTokenCredential(TOKEN),
    "aio user credential": lambda: acs_auth.aio.CommunicationTokenCredential(TOKEN),
    "HandlerSettings": lambda: acs_auth.HandlerSettings.from_toml(f'connection_string = "{CONNECTION_STRING}"'),
    "Request": lambda: acs_auth.Request("GET", "/", {"authorization": TOKEN}),
    "Response": lambda: acs_auth.Response(200, [], TOKEN.encode()),
    "PreparedRequest": lambda: acs_auth.prepare_exchange_teams_user(endpoint(), TOKEN, "c", "u"),
    "PreparedRequest of the extension": lambda: acs_auth.prepare_exchange_teams_extension(endpoint(), TOKEN),
    "RawResponse": lambda: acs_auth.RawResponse(200, {}, TOKEN.encode()),
    "SignableRequest": lambda: acs_auth.SignableRequest("POST", "https://a.example/", TOKEN.encode()),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_does_not_show_it(name):
    texts = all_texts(VALUES[name]())
    assert not [secret for secret in SECRETS if secret in texts], texts


@pytest.mark.parametrize("name", ["AccessKey", "SealingKey", "client", "aio client", "HandlerSettings"])
@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_what_holds_keys_is_not_copied(name, way):
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        way(VALUES[name]())


def failures(emulator):
    """Calls that fail while they hold a secret."""
    client = acs_auth.CommunicationIdentityClient.from_connection_string(emulator.connection_string_http)
    exchanger = acs_auth.TeamsTokenExchanger(client)
    verifier = acs_auth.TokenVerifier(
        tenant_ids=[emulator.tenant_id],
        audiences=[emulator.api.client_id],
        allowed_client_ids=[emulator.spa.client_id],
        cloud=acs_auth.Cloud.custom(emulator.https_url),
        root_certificates_pem=emulator.ca,
    )
    ids = (emulator.spa.client_id, emulator.user.object_id)
    kind = acs_auth.CommunicationIdentityClient
    return [
        lambda: client.get_token_for_teams_user(TOKEN, *ids),
        lambda: client.get_token_for_teams_extension_user(TOKEN),
        lambda: client.get_token_for_entra_user(TOKEN),
        lambda: exchanger.exchange(TOKEN, *ids),
        lambda: exchanger.exchange_teams_extension(TOKEN),
        lambda: verifier.verify(TOKEN),
        lambda: kind.from_connection_string(f"endpoint=ftp://x;accesskey={KEY}"),
        lambda: kind("ftp://x", KEY),
        lambda: kind("https://x", KEY, no_such_option=1),
        lambda: ConnectionString(f"endpoint=ftp://x;accesskey={KEY}"),
        lambda: ConnectionString.parse(f"endpoint=ftp://x;accesskey={KEY}"),
        lambda: ConnectionString.parse_allowing_insecure(f"endpoint=ftp://x;accesskey={KEY}"),
        lambda: AccessKey("*" + KEY),
        lambda: SealingKey(SEALING + "A"),
        lambda: SealingKey.from_base64(SEALING + "A"),
        lambda: acs_auth.sign_request(acs_auth.SignableRequest("GET", "ftp://x"), KEY),
        lambda: acs_auth.sign_request(acs_auth.SignableRequest("GET", "https://x/"), "*" + KEY),
        lambda: acs_auth.prepare_exchange_teams_user(endpoint(), TOKEN, "", "", ""),
        lambda: acs_auth.prepare_exchange_teams_extension(endpoint(), TOKEN, ""),
        lambda: acs_auth.HandlerSettings.from_toml(f'no_such_setting = "{KEY}"'),
        lambda: acs_auth.TokenExchangeHandler(connection_string=f"endpoint=ftp://x;accesskey={KEY}"),
        lambda: acs_auth.cache_key(b"short", acs_auth.Cloud.public(), endpoint(), None, TOKEN, *ids),
    ]


COUNT = 22


@pytest.mark.parametrize("number", range(COUNT))
def test_a_traceback_does_not_show_it(number, emulator):
    """Tools that report errors show variables of frames, so ours must not hold secrets by then."""
    calls = failures(emulator)
    assert len(calls) == COUNT
    call = calls[number]
    with pytest.raises((acs_auth.AcsAuthError, TypeError, ValueError)) as caught:
        call()
    ours = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown = [frame for frame in ours.stack if "acs_auth" in frame.filename]
    assert shown, "the traceback has frames of this package"
    texts = "".join("".join(traceback.StackSummary.from_list([frame]).format()) for frame in shown)
    texts += str(caught.value) + repr(caught.value) + repr(caught.value.__dict__)
    assert not [secret for secret in SECRETS if secret in texts], texts


def test_azure_cores_attributes_of_an_error_do_not_show_it(emulator):
    """The native error's frames have the arguments of the call."""
    client = acs_auth.CommunicationIdentityClient.from_connection_string(emulator.connection_string_http)
    with pytest.raises(azure.core.exceptions.AzureError) as caught:
        client.get_token_for_teams_user(TOKEN + "\0", "c", "u")
    step, shown = caught.value.exc_traceback, []
    while step is not None:
        shown.append(repr(step.tb_frame.f_locals))
        step = step.tb_next
    assert not [secret for secret in SECRETS if secret in "".join(shown)]


def test_the_log_does_not_show_it(emulator, caplog):
    caplog.set_level(logging.DEBUG, "acs_auth")
    kind = acs_auth.CommunicationIdentityClient
    client = kind.from_connection_string(emulator.connection_string_http, token_check="warn")
    token, *ids = emulator.exchange_arguments()
    issued = client.get_token_for_teams_user(token, *ids)
    bad = emulator.teams_token(attack="expired")
    with pytest.raises(acs_auth.EntraTokenRejectedError):
        client.get_token_for_teams_user(bad, *ids)
    # Records arrive on another thread, in their order: those of this call are the last.
    with pytest.raises(acs_auth.EntraTokenRejectedError):
        client.get_token_for_teams_user(bad, *ids, client_request_id="the-last-request")
    wait_for(lambda: any("the-last-request" in repr(record.__dict__) for record in caplog.records))
    records = [record for record in caplog.records if record.name == "acs_auth"]
    assert records, "calls are logged"
    texts = "\n".join(record.getMessage() + repr(record.__dict__) for record in records)
    assert not [secret for secret in (token, issued.token, bad, emulator.access_key) if secret in texts]
