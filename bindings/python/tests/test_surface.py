"""Every item of tests/surface/api.txt exists in the package, under its name in Python."""

import inspect
import re

import pytest
from conftest import REPOSITORY

import acs_auth
import acs_auth.aio
from acs_auth import events

LINE = re.compile(r"(type|field|value|function|method|operation|option|callback|constant) ([\w.]+)(.*)")

#: Python's names where they differ from Rust's in more than their case.
RENAMED = {
    "value Proxy.Environment": "Proxy.environment",
    "value Proxy.Direct": "Proxy.direct",
    "value Proxy.Url": "Proxy.url",
    "function RedisOptions.new": "RedisOptions",
    "method HandlerSettings.or": "HandlerSettings.or_",
    "option TokenVerifier.tenant_id": "TokenVerifier(tenant_ids)",
    "option TokenVerifier.audience": "TokenVerifier(audiences)",
    "option TokenVerifier.allowed_client_id": "TokenVerifier(allowed_client_ids)",
    "operation TeamsTokenExchanger.exchange_with_timeout": "TeamsTokenExchanger.exchange(timeout)",
    "option CommunicationIdentityClient.connection_string": "CommunicationIdentityClient.from_connection_string",
    "option CommunicationIdentityClient.access_key": "CommunicationIdentityClient(credential)",
    "option CommunicationIdentityClient.token_credential": "CommunicationIdentityClient(credential)",
    "operation TeamsTokenExchanger.exchange_teams_extension_with_timeout": "TeamsTokenExchanger.exchange_teams_extension(timeout)",
    # Keywords of each call.
    "type CallOptions": "CommunicationIdentityClient.create_user(timeout)",
    "field CallOptions.timeout": "CommunicationIdentityClient.create_user(timeout)",
    "field CallOptions.client_request_id": "CommunicationIdentityClient.create_user(client_request_id)",
    # Among those that azure-core has.
    "field CallOptions.headers": "CommunicationIdentityClient.create_user(kwargs)",
    "field CallOptions.user_agent": "CommunicationIdentityClient.create_user(kwargs)",
    "field CallOptions.max_attempts": "CommunicationIdentityClient.create_user(kwargs)",
    "field CallOptions.attempt_timeout": "CommunicationIdentityClient.create_user(kwargs)",
    "option CommunicationIdentityClient.header": "CommunicationIdentityClient(headers)",
    # Pairs, as those of the official package.
    "type CommunicationUserToken": "CommunicationIdentityClient.create_user_and_token",
    "field CommunicationUserToken.token": "CommunicationIdentityClient.create_user_and_token",
    "field CommunicationUserToken.user": "CommunicationIdentityClient.create_user_and_token",
    # Any text is a scope.
    "value CommunicationTokenScope.Other": "CommunicationTokenScope",
    "value TeamsExtensionPrincipalType.Other": "TeamsExtensionPrincipalType",
    # Keywords of the settings and of the handler, which are those of the table of settings.
    "method HandlerSettings.set": "HandlerSettings(keywords)",
    "option TokenExchangeHandler.cloud": "TokenExchangeHandler(keywords)",
    # The official class's names, and its forms.
    "method CommunicationTokenCredential.start": "CommunicationTokenCredential.__enter__",
    "option CommunicationTokenCredential.entra_credential": "CommunicationTokenCredential(token_credential)",
    "option CommunicationTokenCredential.refresh_proactively": "CommunicationTokenCredential(proactive_refresh)",
    "option CommunicationTokenCredential.refresher": "CommunicationTokenCredential(token_refresher)",
    "option CommunicationTokenCredential.token_expires_on": "CommunicationTokenCredential(token)",
    # A member of an enumeration of integers has a name and a value.
    "method ErrorKind.name": "ErrorKind.INTERNAL.name",
    "method ErrorKind.value": "ErrorKind.INTERNAL.value",
    # As in the official package.
    "function CommunicationIdentifier.from_raw_id": "identifier_from_raw_id(raw_id)",
    "method UnknownIdentifier.raw_id": "UnknownIdentifier(identifier)",
}
#: Interfaces without a type in Python: any object with these members is accepted.
DUCKS = {
    "TokenCredential": {"get_token", "get_token_info"},
    "AccessTokenInfo": {"token", "expires_on", "refresh_on"},
    "TokenRequestOptions": {"claims"},
    "Observer": {"on_event"},
    # azure-core's response, which a raw_response_hook gets for each attempt.
    "CallResponse": {"attempts", "client_request_id", "header", "headers", "status"},
}
CLASSES_WITH_OPTIONS = {
    "CommunicationIdentityClient": acs_auth.CommunicationIdentityClient,
    "CommunicationTokenCredential": acs_auth.CommunicationTokenCredential,
    "TeamsTokenExchanger": acs_auth.TeamsTokenExchanger,
    "TokenVerifier": acs_auth.TokenVerifier,
    "TokenExchangeHandler": acs_auth.TokenExchangeHandler,
}


def items():
    text = (REPOSITORY / "tests/surface/api.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [LINE.match(line) for line in lines]
    assert all(found), lines[found.index(None)]
    return [(match[1], match[2].rstrip("?"), match[3]) for match in found]


ITEMS = items()


def constant_case(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def resolve(path):
    """`A.b` is an attribute, `A(b)` a parameter."""
    head, _, parameter = path.partition("(")
    found = acs_auth
    for name in head.split("."):
        found = getattr(found, name)
    if parameter:
        assert parameter.rstrip(")") in inspect.signature(found).parameters, path
    return found


def has_member(owner, name):
    return (
        hasattr(owner, name)
        or name in getattr(owner, "__annotations__", {})
        or name in getattr(owner, "__slots__", ())
        or name in inspect.signature(owner).parameters
    )


@pytest.mark.parametrize(("kind", "name", "rest"), ITEMS, ids=lambda value: str(value)[:60])
def test_it_is_there(kind, name, rest):
    renamed = RENAMED.get(f"{kind} {name}")
    if renamed:
        resolve(renamed)
        return
    owner, _, member = name.partition(".")
    if owner in DUCKS:
        assert not member or member in DUCKS[owner]
        return
    if kind == "constant":
        assert getattr(acs_auth, name) == re.search(r'"(.*)"', rest)[1]
    elif kind == "type" or (kind == "function" and not member):
        assert name in acs_auth.__all__
        resolve(name)
    elif kind == "value" and owner == "Event":
        given = re.search(r"\((.*)\)", rest)
        assert len(getattr(events, member).__slots__) == (len(given[1].split(", ")) if given else 0)
    elif kind == "value":
        found = resolve(f"{owner}.{constant_case(member)}")
        text = re.search(r'= "(.*)"', rest)
        assert text is None or found.value == text[1]
    elif kind == "option":
        parameters = inspect.signature(CLASSES_WITH_OPTIONS[owner]).parameters
        assert member in parameters, name
    elif kind in ("field", "method"):
        assert has_member(resolve(owner), member), name
    else:
        resolve(name)


OPERATIONS = [name.split(".") for kind, name, _ in ITEMS if kind == "operation"]


@pytest.mark.parametrize(("owner", "member"), OPERATIONS)
def test_an_operation_is_there_to_be_awaited_too(owner, member):
    member = member.removesuffix("_with_timeout")
    awaited = getattr(getattr(acs_auth.aio, owner), member)
    waited = getattr(getattr(acs_auth, owner), member)
    assert inspect.iscoroutinefunction(awaited)
    assert inspect.signature(awaited).parameters == inspect.signature(waited).parameters


def test_all_names_exist():
    assert len(set(acs_auth.__all__)) == len(acs_auth.__all__)
    for name in acs_auth.__all__:
        assert hasattr(acs_auth, name), name


def test_constants_and_version_are_the_librarys():
    from acs_auth._library import native

    assert acs_auth.__version__ == native().version()
    assert acs_auth.ACS_SCOPE == native().acs_scope()
    assert acs_auth.DEFAULT_API_VERSION == native().default_api_version()
    assert acs_auth.TEAMS_EXTENSION_API_VERSION == native().teams_extension_api_version()
    assert acs_auth.ACS_RESOURCE_APP_ID == native().acs_resource_app_id()
    assert [scope.value for scope in acs_auth.CommunicationTokenScope] == native().known_scopes()
    assert [version.value for version in acs_auth.ApiVersion] == native().known_api_versions()
    assert [version.value for version in acs_auth.PreviewApiVersion] == native().known_preview_api_versions()


def test_the_errors_are_those_of_every_host():
    lines = (REPOSITORY / "tests/surface/errors.txt").read_text("utf-8").splitlines()
    kinds = dict(line.split(" = ") for line in lines if " = " in line)
    assert {str(kind): str(int(kind)) for kind in acs_auth.ErrorKind} == kinds
    python = {"status": "status_code", "code": "error_code", "client_request_id": "request_id"}
    fields = {line.split()[1].split(":")[0].rstrip("?") for line in lines if line.startswith("field ")}
    known = set(acs_auth.AcsAuthError.__annotations__)
    assert {python.get(field, field) for field in fields} == known


def test_each_kind_has_a_class():
    from acs_auth._errors import CLASSES

    assert set(CLASSES) == set(acs_auth.ErrorKind)
    assert len(set(CLASSES.values())) == len(CLASSES)
    assert {made.__name__ for made in CLASSES.values()} <= set(acs_auth.__all__)
