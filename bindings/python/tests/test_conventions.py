"""Passes each of azure-core's keywords, of a call or of a client, to the official client and to ours, and compares the effects.

Ours rejects some before anything is sent, with a message that names what to write instead. test_differences.py has what
differs.
"""

import logging

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.policies import CustomHookPolicy, RetryMode
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from support.azure import headers_of

#: The keywords of a call in azure-core's pipeline, and in the builders of requests of its generated code.
OF_A_CALL = """
    headers params content_type cls error_map response_encoding raw_request_hook raw_response_hook user_agent_overwrite request_id
    user_agent timeout connection_timeout read_timeout connection_verify connection_cert proxies retry_total retry_connect retry_read
    retry_status retry_backoff_factor retry_backoff_max retry_on_methods permit_redirects redirect_max logging_enable logger
    http_logging_level parent_span merge_span tracing_options enforce_https json api_version retry_mode retry_on_status_codes
    auto_request_id stream verify allow_redirects data unknown
""".split()
#: Those of a client.
OF_A_CLIENT = """
    api_version user_agent base_user_agent headers request_id policies transport per_call_policies per_retry_policies
    custom_hook_policy headers_policy http_logging_policy logging_policy user_agent_policy retry_policy redirect_policy proxy_policy
    request_id_policy retry_total retry_connect retry_read retry_status retry_backoff_factor retry_backoff_max retry_mode
    retry_on_status_codes retry_on_methods connection_timeout read_timeout connection_verify connection_cert
    connection_data_block_size session session_owner use_env_settings proxies permit_redirects redirect_max logging_enable
    logging_body http_logging_level logger raw_request_hook raw_response_hook auto_request_id user_agent_use_env unknown
    authentication_policy sdk_moniker config
""".split()


class Mine(HttpResponseError):
    pass


class Seen:
    """The outcome of a call: its result, the requests, and what hooks have noted."""

    def __init__(self, emulator, notes, result):
        self.result = result
        self.notes = notes
        sent = emulator.requests()
        self.count = len(sent)
        self.sent = headers_of(sent[-1]) if sent else {}
        self.target = sent[-1]["target"] if sent else None


def call(flavour, emulator, client, options, operation=None):
    emulator.forget_requests()
    notes = []
    given = options(notes) if callable(options) else options
    try:
        result = operation(client, given) if operation else flavour.run(client.create_user, **given)
    except AzureError as error:
        result = error
    return Seen(emulator, notes, result)


def note_cls(notes):
    def cls(response, model, headers):
        notes.append((response.http_response.status_code, type(model).__name__, model.access_token, headers))
        return model

    return {"cls": cls}


def note_request(notes):
    def hook(request):
        notes.append(request.http_request.method)
        request.http_request.headers["x-hook"] = "1"

    return {"raw_request_hook": hook}


def note_response(notes):
    return {"raw_response_hook": lambda response: notes.append(response.http_response.json()["identity"]["id"][:6])}


#: Keywords with the same effect in both clients: the options, and what is compared.
SAME_CALLS = {
    "headers": ({"headers": {"x-mine": "1"}}, lambda seen: seen.sent["x-mine"]),
    "params": ({"params": {"api-version": "2022-10-01"}}, lambda seen: seen.target),
    "content_type": ({"content_type": "application/json; v=1"}, lambda seen: seen.sent["content-type"]),
    "cls": (note_cls, lambda seen: (seen.notes, type(seen.result).__name__)),
    "response_encoding": ({"response_encoding": "utf-8"}, lambda seen: type(seen.result).__name__),
    "raw_request_hook": (note_request, lambda seen: (seen.notes, seen.sent["x-hook"])),
    "raw_response_hook": (note_response, lambda seen: seen.notes),
    "user_agent_overwrite": ({"user_agent": "m/1", "user_agent_overwrite": True}, lambda seen: seen.sent["user-agent"]),
    "request_id": ({"request_id": "an-id"}, lambda seen: seen.sent["x-ms-client-request-id"]),
    "user_agent": ({"user_agent": "m/1"}, lambda seen: seen.sent["user-agent"].partition(" ")[0]),
    "timeout": ({"timeout": 50}, lambda seen: type(seen.result).__name__),
    "connection_timeout": ({"connection_timeout": 50}, lambda seen: type(seen.result).__name__),
    "read_timeout": ({"read_timeout": 50}, lambda seen: type(seen.result).__name__),
    "connection_verify": ({"connection_verify": True}, lambda seen: type(seen.result).__name__),
    "connection_cert": ({"connection_cert": None}, lambda seen: type(seen.result).__name__),
    "proxies": ({"proxies": {}}, lambda seen: type(seen.result).__name__),
    "retry_total": ({"retry_total": 0}, lambda seen: seen.count),
    "retry_connect": ({"retry_total": 0, "retry_connect": 3}, lambda seen: seen.count),
    "retry_read": ({"retry_total": 0, "retry_read": 3}, lambda seen: seen.count),
    "retry_status": ({"retry_total": 0, "retry_status": 3}, lambda seen: seen.count),
    "permit_redirects": ({"permit_redirects": False}, lambda seen: type(seen.result).__name__),
    "redirect_max": ({"redirect_max": 0}, lambda seen: type(seen.result).__name__),
    "logging_enable": ({"logging_enable": True}, lambda seen: type(seen.result).__name__),
    "parent_span": ({"parent_span": None}, lambda seen: type(seen.result).__name__),
    "merge_span": ({"merge_span": True}, lambda seen: type(seen.result).__name__),
    "tracing_options": ({"tracing_options": {"enabled": False}}, lambda seen: type(seen.result).__name__),
}

#: Keywords that ours rejects, and a part of the message. The official client rejects those in `ALSO_THERE` too.
REFUSED_CALLS = {
    "params": ({"params": {"a": "b"}}, "api_version="),
    "response_encoding": ({"response_encoding": "utf-16"}, "UTF-8"),
    "connection_timeout": ({"connection_timeout": 50}, "transport="),
    "connection_verify": ({"connection_verify": "a.pem"}, "give it to the client"),
    "connection_cert": ({"connection_cert": "a.pem"}, "give it to the client"),
    "proxies": ({"proxies": {"https": "http://p"}}, "give it to the client"),
    "retry_status": ({"retry_status": 0}, "retry_total="),
    "retry_backoff_factor": ({"retry_backoff_factor": 1}, "RetryPolicy"),
    "retry_backoff_max": ({"retry_backoff_max": 1}, "RetryPolicy"),
    "retry_on_methods": ({"retry_on_methods": ["POST"]}, "retry_total=0"),
    "permit_redirects": ({"permit_redirects": True}, "never followed"),
    "redirect_max": ({"redirect_max": 3}, "never followed"),
    "logger": ({"logger": logging.getLogger()}, "acs_auth"),
    "http_logging_level": ({"http_logging_level": logging.INFO}, "acs_auth"),
    "enforce_https": ({"enforce_https": False}, "allow_insecure_endpoint"),
    "json": ({"json": {}}, "body"),
    "api_version": ({"api_version": "2023-10-01"}, "option of the client"),
    "retry_mode": ({"retry_mode": "fixed"}, "option of the client"),
    "retry_on_status_codes": ({"retry_on_status_codes": [418]}, "option of the client"),
    "auto_request_id": ({"auto_request_id": False}, "request_id="),
    "stream": ({"stream": True}, "whole"),
    "verify": ({"verify": False}, "README"),
    "allow_redirects": ({"allow_redirects": True}, "README"),
    "data": ({"data": b""}, "body"),
    "unknown": ({"anything": 1}, "README"),
}
#: In the official client, `enforce_https` is only for bearer tokens.
ALSO_THERE = {
    "api_version",
    "retry_mode",
    "retry_on_status_codes",
    "auto_request_id",
    "stream",
    "verify",
    "allow_redirects",
    "data",
    "enforce_https",
    "unknown",
}
#: Keywords that have tests of their own.
OWN_CALLS = {"error_map"}


def test_each_keyword_of_a_call_is_in_a_table():
    assert set(OF_A_CALL) == SAME_CALLS.keys() | REFUSED_CALLS.keys() | OWN_CALLS


@pytest.mark.parametrize("name", SAME_CALLS)
def test_a_call_shows_the_same(flavour, emulator, make, official, name):
    options, look = SAME_CALLS[name]
    theirs, ours = (look(call(flavour, emulator, client, options)) for client in (official(), make()))
    assert ours == theirs


@pytest.mark.parametrize("name", REFUSED_CALLS)
def test_a_call_is_refused_before_anything_is_sent(flavour, emulator, make, official, name):
    options, instead = REFUSED_CALLS[name]
    client = make(transport=lambda _: None) if name == "connection_timeout" else make()
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        flavour.run(client.create_user, **options)
    assert next(iter(options)) in str(raised.value)
    assert emulator.requests() == []
    if name in ALSO_THERE:
        with pytest.raises(TypeError):
            flavour.run(official().create_user, **options)


def test_an_error_map_chooses_the_exception(flavour, emulator, make, official):
    def revoked_twice(client, options):
        user = flavour.run(client.create_user)
        flavour.run(client.delete_user, user)
        return flavour.run(client.get_token, user, ["chat"], **options)

    for client in (official(), make()):
        seen = call(flavour, emulator, client, {"error_map": {404: Mine}}, revoked_twice)
        assert type(seen.result) is Mine
        assert (seen.result.status_code, seen.result.response.json()["error"]["code"] != "") == (404, True)
        seen = call(flavour, emulator, client, {"error_map": {409: Mine}}, revoked_twice)
        assert type(seen.result) is not Mine and seen.result.status_code == 404


def test_what_cls_returns_is_the_model(flavour, emulator, make, official):
    """Of each operation, as in the official client."""

    def other(response, model, headers):
        if model is None:
            return response.http_response.status_code
        if hasattr(model, "identity"):
            model.identity.id = "8:acs:other"
            if model.access_token is not None:
                model.access_token.token = "other"
        else:
            model.token = "other"
        return model

    def results(client):
        user = flavour.run(client.create_user)
        yield flavour.run(client.create_user, cls=other).raw_id
        made, token = flavour.run(client.create_user_and_token, ["chat"], cls=other)
        yield made.raw_id, token.token
        yield flavour.run(client.get_token, user, ["chat"], cls=other).token
        yield flavour.run(client.revoke_tokens, user, cls=other)
        yield flavour.run(client.delete_user, user, cls=other)
        yield flavour.run(client.get_token_for_teams_user, *emulator.exchange_arguments(), cls=other).token

    assert list(results(make())) == list(results(official()))


def test_what_cls_raises_is_raised(flavour, make, emulator):
    def cls(response, model, headers):
        assert "eyJ" not in repr(model)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        flavour.run(make().create_user_and_token, ["chat"], cls=cls)


def test_a_keyword_about_connections_reaches_a_transport_of_azure_cores(flavour, emulator, make):
    transports = {"sync": RequestsTransport, "aio": AioHttpTransport}
    given = {}

    class Noting(transports[flavour.name]):
        def send(self, request, **options):
            given.update(options)
            options.pop("proxies", None)
            return super().send(request, **{"connection_timeout": 60, **options})

    transport = Noting()
    options = {"connection_timeout": 50, "proxies": {"https": "http://p"}, "connection_verify": emulator.ca_file}
    client = make(transport=transport, retry_total=0)
    flavour.run(client.create_user, **options)
    assert given == options
    if flavour.name == "aio":
        flavour.run(close, transport)


async def close(transport):
    await transport.close()


#: The same for keywords of a client.
SAME_CLIENTS = {
    "api_version": ({"api_version": "2022-10-01"}, lambda seen: seen.target),
    "user_agent": ({"user_agent": "m/1 (a b)"}, lambda seen: seen.sent["user-agent"][:9]),
    "base_user_agent": ({"base_user_agent": "m/1"}, lambda seen: seen.sent["user-agent"]),
    "headers": ({"headers": {"x-mine": "1"}}, lambda seen: seen.sent["x-mine"]),
    "request_id": ({"request_id": "an-id"}, lambda seen: seen.sent["x-ms-client-request-id"]),
    "per_call_policies": (
        {"per_call_policies": [CustomHookPolicy(raw_request_hook=lambda r: r.http_request.headers.update({"x-p": "1"}))]},
        lambda seen: seen.sent["x-p"],
    ),
    "per_retry_policies": (
        {"per_retry_policies": CustomHookPolicy(raw_request_hook=lambda r: r.http_request.headers.update({"x-p": "1"}))},
        lambda seen: seen.sent["x-p"],
    ),
    "custom_hook_policy": (
        {"custom_hook_policy": CustomHookPolicy(raw_request_hook=lambda r: r.http_request.headers.update({"x-p": "1"}))},
        lambda seen: seen.sent["x-p"],
    ),
    **{name: ({name: None}, lambda seen: type(seen.result).__name__) for name in ("headers_policy", "http_logging_policy")},
    **{name: ({name: None}, lambda seen: type(seen.result).__name__) for name in ("logging_policy", "user_agent_policy")},
    "retry_total": ({"retry_total": 0}, lambda seen: seen.count),
    **{name: ({name: 5}, lambda seen: seen.count) for name in ("retry_connect", "retry_read", "retry_status")},
    "retry_backoff_factor": ({"retry_backoff_factor": 0.5}, lambda seen: seen.count),
    "retry_backoff_max": ({"retry_backoff_max": 1}, lambda seen: seen.count),
    "retry_mode": ({"retry_mode": RetryMode.Exponential}, lambda seen: seen.count),
    "retry_on_status_codes": ({"retry_on_status_codes": [503]}, lambda seen: seen.count),
    "connection_timeout": ({"connection_timeout": 50}, lambda seen: seen.count),
    "read_timeout": ({"read_timeout": 50}, lambda seen: seen.count),
    "connection_verify": ({"connection_verify": True}, lambda seen: seen.count),
    "connection_cert": ({"connection_cert": None}, lambda seen: seen.count),
    "connection_data_block_size": ({"connection_data_block_size": 4096}, lambda seen: seen.count),
    "use_env_settings": ({"use_env_settings": True}, lambda seen: seen.count),
    "user_agent_use_env": ({"user_agent_use_env": False}, lambda seen: seen.count),
    "auto_request_id": ({"auto_request_id": True}, lambda seen: "x-ms-client-request-id" in seen.sent),
    "proxies": ({"proxies": {}}, lambda seen: seen.count),
    "permit_redirects": ({"permit_redirects": False}, lambda seen: seen.count),
    "redirect_max": ({"redirect_max": 0}, lambda seen: seen.count),
    "logging_enable": ({"logging_enable": True}, lambda seen: seen.count),
    "logging_body": ({"logging_body": True}, lambda seen: seen.count),
}
REFUSED_CLIENTS = {
    "policies": ({"policies": []}, "transport="),
    "retry_policy": ({"retry_policy": object()}, "acs_auth.RetryPolicy"),
    "redirect_policy": ({"redirect_policy": object()}, "never followed"),
    "proxy_policy": ({"proxy_policy": object()}, "proxies="),
    "request_id_policy": ({"request_id_policy": object()}, "request_id="),
    "session": ({"session": object()}, "RequestsTransport"),
    "session_owner": ({"session_owner": False}, "RequestsTransport"),
    "use_env_settings": ({"use_env_settings": False}, "Proxy.direct"),
    "user_agent_use_env": ({"user_agent_use_env": True}, "user_agent="),
    "auto_request_id": ({"auto_request_id": False}, "request_id="),
    "retry_connect": ({"retry_connect": 0}, "retry_total"),
    "retry_on_status_codes": ({"retry_on_status_codes": [418]}, "catch the error"),
    "retry_on_methods": ({"retry_on_methods": ["POST"]}, "retry_total=0"),
    "connection_verify": ({"connection_verify": False}, "root_certificates_pem"),
    "permit_redirects": ({"permit_redirects": True}, "never followed"),
    "logger": ({"logger": logging.getLogger()}, "acs_auth"),
    "http_logging_level": ({"http_logging_level": logging.INFO}, "acs_auth"),
    "authentication_policy": ({"authentication_policy": None}, "credential"),
    "sdk_moniker": ({"sdk_moniker": "m"}, "user_agent="),
    "config": ({"config": object()}, "transport="),
    "unknown": ({"anything": 1}, "README"),
}
#: Keywords with tests in test_transports.py and test_hooks.py.
OWN_CLIENTS = {"transport", "raw_request_hook", "raw_response_hook"}


def test_each_keyword_of_a_client_is_in_a_table():
    assert set(OF_A_CLIENT) == SAME_CLIENTS.keys() | REFUSED_CLIENTS.keys() | OWN_CLIENTS


@pytest.mark.parametrize("name", SAME_CLIENTS)
def test_a_client_shows_the_same(flavour, emulator, make, official, name):
    options, look = SAME_CLIENTS[name]
    theirs, ours = (look(call(flavour, emulator, client(**options), {})) for client in (official, make))
    assert ours == theirs


@pytest.mark.parametrize("name", REFUSED_CLIENTS)
def test_a_client_is_refused_with_what_to_write(make, official, name):
    options, instead = REFUSED_CLIENTS[name]
    with pytest.raises((TypeError, ValueError), match=instead) as raised:
        make(**options)
    assert next(iter(options)) in str(raised.value)
    if name in ("authentication_policy", "sdk_moniker", "config"):
        with pytest.raises((TypeError, AttributeError)):
            official(**options)


@pytest.mark.parametrize(
    ("endpoint", "credential", "kind"),
    [
        (None, "a2V5", ValueError),
        ("https://contoso.communication.azure.com", None, ValueError),
        ("https://contoso.communication.azure.com", "", ValueError),
        ("https://contoso.communication.azure.com", ["a2V5"], TypeError),
        ("https://contoso.communication.azure.com", 5, TypeError),
    ],
    ids=str,
)
def test_what_is_no_endpoint_or_credential_is_the_same_error(flavour, endpoint, credential, kind):
    from support.azure import official_kind

    for client in (official_kind(flavour), flavour.CommunicationIdentityClient):
        with pytest.raises(kind):
            client(endpoint, credential)


def test_an_endpoint_without_a_scheme_is_https(flavour):
    client = flavour.CommunicationIdentityClient("contoso.communication.azure.com", AzureKeyCredential("a2V5"))
    assert client.endpoint.url == "https://contoso.communication.azure.com"
