"""Each row of docs/src/differences.md's table of differences from the official Python package, tested with both packages."""

import re
from datetime import timedelta

import azure.communication.identity as official_package
import pytest
from azure.communication.callautomation._shared.models import identifier_from_raw_id as newest_identifier
from azure.core.credentials import AccessToken as AzureAccessToken
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError, ServiceRequestError
from azure.core.pipeline.policies import CustomHookPolicy
from support.azure import ENDPOINT, headers_of, official_kind, token_credential

import acs_auth

KEY = "a2V5"


def test_expires_on_is_a_number(flavour, make, official):
    ends = [flavour.run(client.create_user_and_token, ["chat"])[1].expires_on for client in (official(), make())]
    assert [isinstance(end, kind) for end, kind in zip(ends, (str, int))] == [True, True]
    assert str(ends[1]).endswith("+00:00")


def test_no_text_shows_a_token(flavour, make, official):
    texts = []
    for client in (official(), make()):
        _, token = flavour.run(client.create_user_and_token, ["chat"])
        texts.append(token.token in f"{token!r} {token}")
    assert texts == [True, False]


def test_a_call_has_one_deadline(flavour, emulator, make):
    """The official client checks its `timeout` only between attempts."""
    emulator.spoil(operation="create_user", latency_ms=20_000, count=9)
    with pytest.raises(acs_auth.TimedOutError) as raised:
        flavour.run(make().create_user, timeout=0.3)
    assert isinstance(raised.value, (TimeoutError, AzureError))


def test_a_create_is_sent_again_only_where_none_can_exist(flavour, emulator, make, official):
    for client, count in ((official(), 2), (make(), 1)):
        emulator.forget_requests()
        emulator.spoil(operation="create_user", status=500, count=1)
        if count == 2:
            flavour.run(client.create_user)
        else:
            with pytest.raises(acs_auth.ServiceError, match="may have been created"):
                flavour.run(client.create_user)
        assert len(emulator.requests()) == count


def test_a_status_with_retry_after_is_no_reason_to_try_again(flavour, emulator, make, official):
    for client, count in ((official(), 2), (make(), 1)):
        emulator.forget_requests()
        emulator.spoil(operation="create_user", status=400, headers=[["retry-after", "0"]], count=1)
        try:
            flavour.run(client.create_user)
        except acs_auth.AcsAuthError as error:
            assert error.status_code == 400
        assert len(emulator.requests()) == count


def test_exceptions_are_ours_and_azure_cores(flavour, make, official):
    for client, ours in ((official(), False), (make(), True)):
        user = flavour.run(client.create_user)
        flavour.run(client.delete_user, user)
        with pytest.raises(ResourceNotFoundError) as raised:
            flavour.run(client.get_token, user, ["chat"])
        error = raised.value
        assert isinstance(error, acs_auth.NotFoundError) is ours
        assert error.error.code and error.status_code == 404
        assert (error.response is None) is ours
        assert error.model is None


def test_a_connection_string_keeps_http(flavour, emulator):
    connection_string = emulator.connection_string_http
    theirs = official_kind(flavour).from_connection_string(connection_string, retry_total=0)
    with pytest.raises(ServiceRequestError):
        flavour.run(theirs.create_user)
    if flavour.name == "aio":
        flavour.run(theirs.close)
    ours = flavour.CommunicationIdentityClient.from_connection_string(connection_string, timeout=60)
    assert flavour.run(ours.create_user).raw_id


def test_plain_http_is_for_loopback(flavour):
    official_kind(flavour)("http://contoso.communication.azure.com", KEY)
    kind = flavour.CommunicationIdentityClient
    with pytest.raises(acs_auth.AcsAuthError, match="http"):
        kind("http://contoso.communication.azure.com", KEY)
    kind("http://contoso.communication.azure.com", KEY, allow_insecure_endpoint=True)


def test_a_bearer_token_goes_to_loopback(flavour, emulator):
    token = emulator.mint(kind="acs", client_id=emulator.daemon.client_id)
    credential = token_credential(flavour, lambda scopes, options: AzureAccessToken(token, 2**33))
    theirs = official_kind(flavour)(emulator.http_url, credential, retry_total=0)
    with pytest.raises(ServiceRequestError):
        flavour.run(theirs.create_user)
    if flavour.name == "aio":
        flavour.run(theirs.close)
    assert flavour.run(flavour.CommunicationIdentityClient(emulator.http_url, credential, timeout=60).create_user).raw_id


def test_an_endpoint_may_end_in_a_slash(flavour, emulator):
    endpoint = emulator.http_url.replace("localhost", "LOCALHOST") + "/"
    client = flavour.CommunicationIdentityClient(endpoint, emulator.access_key, timeout=60)
    assert flavour.run(client.create_user).raw_id
    theirs = official_kind(flavour)(endpoint, emulator.access_key, retry_total=0)
    with pytest.raises(HttpResponseError) as raised:
        flavour.run(theirs.create_user)
    if flavour.name == "aio":
        flavour.run(theirs.close)
    assert raised.value.status_code in (401, 404)


def test_redirects_are_not_followed(flavour, emulator, make, official):
    location = f"{emulator.http_url}/identities?api-version=2023-10-01&elsewhere=1"
    for client, count in ((official(), 2), (make(), 1)):
        emulator.forget_requests()
        emulator.spoil(operation="create_user", status=307, headers=[["location", location]], count=1)
        try:
            flavour.run(client.create_user)
        except AzureError:
            pass
        assert len(emulator.requests()) == count


def test_seconds_are_a_lifetime_that_is_checked(flavour, emulator, make, official):
    user = flavour.run(make().create_user)
    for minutes in (0, 59, 1441):
        for client in (official(), make()):
            for function, *arguments in ((client.create_user_and_token, ["chat"]), (client.get_token, user, ["chat"])):
                with pytest.raises(HttpResponseError) as raised:
                    flavour.run(function, *arguments, token_expires_in=timedelta(minutes=minutes))
                assert (raised.value.status_code, raised.value.error.code) == (400, "ValidationError")
    emulator.forget_requests()
    client = make()
    for seconds in (3599, 86_460, -1, timedelta(minutes=-1)):
        with pytest.raises(acs_auth.InvalidArgumentError) as raised:
            flavour.run(client.get_token, user, ["chat"], token_expires_in=seconds)
        assert raised.value.target == "token_expires_in"
        with pytest.raises(acs_auth.InvalidArgumentError):
            flavour.run(client.create_user_and_token, ["chat"], token_expires_in=seconds)
    assert emulator.requests() == []
    assert flavour.run(client.get_token, user, ["chat"], token_expires_in=3600).token
    with pytest.raises((TypeError, AttributeError)):
        flavour.run(official().get_token, user, ["chat"], token_expires_in=3600)


def test_scopes_are_any_texts(flavour, make, official):
    client = make()
    user = flavour.run(client.create_user)
    assert flavour.run(client.get_token, user, ("chat",)).token
    for scopes in (None, "chat"):
        with pytest.raises(TypeError, match="list"):
            flavour.run(client.get_token, user, scopes)
    with pytest.raises(acs_auth.InvalidArgumentError):
        flavour.run(client.create_user_and_token, [])
    for scopes in (("chat",), "chat", None):
        with pytest.raises((AttributeError, HttpResponseError, ValueError)):
            flavour.run(official().get_token, user, scopes)


def test_what_is_no_user_is_a_type_error(flavour, make, official):
    for client, kinds in ((official(), (AttributeError, ValueError)), (make(), (TypeError, TypeError))):
        with pytest.raises(kinds[0]):
            flavour.run(client.get_token, None, ["chat"])
        with pytest.raises(kinds[1]):
            flavour.run(client.revoke_tokens, None)


def test_a_user_can_be_hashed():
    assert len({acs_auth.CommunicationUserIdentifier("8:acs:a_b"), acs_auth.CommunicationUserIdentifier("8:acs:a_b")}) == 1
    with pytest.raises(TypeError):
        hash(official_package.CommunicationUserIdentifier("8:acs:a_b"))


def test_identifiers_are_the_newest():
    raw_id = "8:acs:r_t_u"
    older, newest = official_package.identifier_from_raw_id(raw_id), newest_identifier(raw_id)
    ours = acs_auth.identifier_from_raw_id(raw_id)
    assert (older.kind.value, newest.kind.value) == ("communication_user", "teams_extension_user")
    assert ours.kind.value == newest.kind.value
    assert "is_anonymous" in acs_auth.identifier_from_raw_id("4:anonymous").properties


def test_a_client_that_waits_can_be_closed(emulator, connection_string):
    assert not hasattr(official_package.CommunicationIdentityClient, "close")
    with acs_auth.CommunicationIdentityClient.from_connection_string(connection_string, timeout=60) as client:
        client.create_user()
    with pytest.raises(acs_auth.InvalidArgumentError, match="closed"):
        client.create_user()


def test_an_unknown_keyword_is_an_error(make, official):
    official(anything=1)
    with pytest.raises(TypeError, match="'anything' is not an option"):
        make(anything=1)


def test_the_key_of_a_connection_string_can_be_replaced(flavour, make, emulator):
    client = flavour.CommunicationIdentityClient.from_connection_string(
        f"endpoint={emulator.http_url}/;accesskey={KEY}", timeout=60, retry_total=0
    )
    with pytest.raises(acs_auth.CredentialDeniedError):
        flavour.run(client.create_user)
    client.update_access_key(emulator.access_key)
    assert flavour.run(client.create_user).raw_id
    assert not hasattr(official_kind(flavour), "update_access_key")


def test_an_updated_key_is_the_next_calls(flavour, emulator, official):
    emulator.spoil(operation="create_user", status=503, count=1)
    for official_one, accepted in ((True, True), (False, False)):
        credential = AzureKeyCredential("d3Jvbmc=")
        emulator.reset()
        emulator.spoil(operation="create_user", status=503, count=1)
        options = {"raw_response_hook": lambda _: credential.update(emulator.access_key)}
        if official_one:
            flavour.run(official(credential=credential).create_user, **options)
        else:
            client = flavour.CommunicationIdentityClient(emulator.http_url, credential, timeout=60)
            with pytest.raises(acs_auth.CredentialDeniedError):
                flavour.run(client.create_user, **options)
            assert flavour.run(client.create_user).raw_id


def test_an_empty_key_is_an_error(flavour):
    official_kind(flavour)(ENDPOINT, AzureKeyCredential(""))
    with pytest.raises(ValueError):
        flavour.CommunicationIdentityClient(ENDPOINT, AzureKeyCredential(""))


def test_a_request_always_has_an_id(flavour, emulator, make, official):
    for client, has in ((official(), False), (make(), True)):
        flavour.run(client.create_user, request_id=None)
        assert ("x-ms-client-request-id" in headers_of(emulator.requests()[-1])) is has


def test_a_policy_per_call_sees_each_attempt(flavour, emulator, make, official):
    for kind, count in ((official, 1), (make, 2)):
        seen = []
        policy = CustomHookPolicy(raw_request_hook=lambda _: seen.append(1))
        client = kind(per_call_policies=[policy], retry_backoff_factor=0.001)
        emulator.spoil(operation="create_user", status=503, count=1)
        flavour.run(client.create_user)
        assert len(seen) == count


def test_a_hook_changes_headers_alone(flavour, emulator, make, official):
    def hook(request):
        request.http_request.url += "&a=b"

    # Its hook runs after signing, so the signature no longer matches.
    with pytest.raises(HttpResponseError) as raised:
        flavour.run(official().create_user, raw_request_hook=hook)
    assert raised.value.status_code == 401
    emulator.forget_requests()
    with pytest.raises(RuntimeError, match="signed"):
        flavour.run(make().create_user, raw_request_hook=hook)
    assert emulator.requests() == []


def test_the_log_is_ours(flavour, make, official, caplog):
    logger = "azure.core.pipeline.policies.http_logging_policy"
    for client, has in ((official(), True), (make(), False)):
        caplog.clear()
        with caplog.at_level("INFO", logger):
            flavour.run(client.create_user)
        assert any(record.name == logger for record in caplog.records) is has


def test_a_time_to_connect_only_gets_shorter(flavour, silent_server):
    """Both a call's `connection_timeout` and the client's apply. In the official client, the call's replaces the client's."""
    options = {"timeout": 60, "connection_timeout": 0.2, "retry_total": 0}
    client = flavour.CommunicationIdentityClient(f"https://127.0.0.1:{silent_server}", KEY, **options)
    with pytest.raises(acs_auth.TransportError) as raised:
        flavour.run(client.create_user, connection_timeout=50)
    assert not isinstance(raised.value, acs_auth.TimedOutError)


def test_an_api_version_can_stand_in_a_url(make, official):
    official(api_version="a&b")
    with pytest.raises(acs_auth.InvalidArgumentError):
        make(api_version="a&b")


def test_the_user_agent_is_ours(flavour, emulator, make, official, monkeypatch):
    monkeypatch.setenv("AZURE_HTTP_USER_AGENT", "of-the-environment")
    for client, begins, has in ((official(), "azsdk-python-", True), (make(), "acs-auth/", False)):
        flavour.run(client.create_user)
        sent = headers_of(emulator.requests()[-1])["user-agent"]
        assert sent.startswith(begins) and ("of-the-environment" in sent) is has


def test_error_type_names_our_class(flavour, make, official, exporter):
    for client, name in ((official(), "azure.core.exceptions."), (make(), "acs_auth.")):
        exporter.clear()
        user = flavour.run(client.create_user)
        flavour.run(client.delete_user, user)
        with pytest.raises(ResourceNotFoundError):
            flavour.run(client.get_token, user, ["chat"], tracing_options={"enabled": True})
        assert exporter.get_finished_spans()[-1].attributes["error.type"].startswith(name)


def test_each_row_has_its_test(repository):
    page = (repository / "docs/src/differences.md").read_text("utf-8")
    rows = re.findall(r"^\| .+ \|.*\|.*<!-- test_differences\.(\w+) --> \|$", page, re.MULTILINE)
    tests = [name for name in globals() if name.startswith("test_") and name != "test_each_row_has_its_test"]
    assert sorted(rows) == sorted(tests)
    section = page.split("## Python")[1].split("\n## ")[0]
    in_table = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith(("| |", "|---"))]
    assert len(in_table) == len(rows)
