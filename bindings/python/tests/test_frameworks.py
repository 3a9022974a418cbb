"""What frameworks pass: strings with surrogates, bytes, multi-dicts, buffers. A handler answers all of it, and no invalid
string reaches an encoder, whose exception would contain the argument."""

import array
import json
import random
import re

import pytest

import acs_auth

#: Text, UTF-8 decoded as Latin-1, undecoded bytes, lone surrogates, a NUL, which ends a string in C, and others.
PIECES = ["é", "Ã©", "\udce9", "\ud800", "\udfff", "\ud83d", "😀", "\0", "\ufffd", "?", "/", " ", "\n", "a", "Bearer "]


def made(flavour, emulator):
    return flavour.TokenExchangeHandler(
        connection_string=emulator.connection_string_http,
        api_client_id=emulator.api.client_id,
        tenant_ids=[emulator.tenant_id],
        teams_client_ids=[emulator.spa.client_id],
        cloud=acs_auth.Cloud.custom(emulator.https_url),
        root_certificates_pem=emulator.ca.decode(),
    )


@pytest.fixture
def answer(flavour, emulator):
    handler = made(flavour, emulator)

    def answer(*arguments):
        response = flavour.run(handler.handle, acs_auth.Request(*arguments))
        assert isinstance(response, acs_auth.Response)
        return response

    return answer


@pytest.fixture
def headers(emulator):
    return {
        "Authorization": "Bearer " + emulator.mint(kind="api"),
        "Teams-User-Aad-Token": emulator.mint(kind="teams"),
    }


PATH = "/api/token/teams"


@pytest.mark.parametrize("path", ["/caf\udce9", "/caf\xc3\xa9", "/\ud800", b"/caf\xc3\xa9", b"/\xff", "/a\0b", ""])
def test_a_path_that_is_no_text_is_not_found(answer, path):
    assert answer("GET", path).status == 404


def test_what_cannot_be_decoded_does_not_end_the_path(answer):
    """If it became a question mark, the path before it would be an existing route."""
    assert answer("POST", PATH + "\udcff").status == 404
    assert answer("POST", PATH.encode() + b"\xff").status == 404


@pytest.mark.parametrize("value", ["Bearer \udce9", "Bearer \xc3\xa9", b"Bearer \xff", "\ud800", "Bearer a\0b", None, 5])
def test_a_header_that_is_no_text_is_no_token(answer, value):
    assert answer("POST", PATH, {"Authorization": value}).status == 401
    assert answer("POST", PATH, [("Authorization", value), ("\udce9", "x"), (b"\xff", b"\xff")]).status == 401


class MultiDict(dict):
    """Like werkzeug's and Django's: `items` has one value of each header."""

    def lists(self):
        return super().items()

    def items(self):
        return [(name, values[0]) for name, values in super().items()]


@pytest.mark.parametrize(
    "form",
    [
        dict,
        lambda headers: list(headers.items()),
        lambda headers: iter(headers.items()),
        lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
        lambda headers: [(name.lower().encode(), bytearray(value.encode())) for name, value in headers.items()],
        lambda headers: [(name, memoryview(value.encode())) for name, value in headers.items()],
        lambda headers: {name: [value] for name, value in headers.items()},
        lambda headers: MultiDict({name: [value] for name, value in headers.items()}),
    ],
)
def test_every_form_of_a_good_request_is_answered_with_a_token(answer, headers, form):
    for body in (b"", None, bytearray(b"{}"), memoryview(b"{}"), "", array.array("b")):
        response = answer(b"POST" if body is None else "POST", PATH, form(headers), body)
        assert response.status == 201
        assert json.loads(response.body)["token"]


def test_no_value_of_a_multi_dict_is_lost(answer, headers):
    """Two bearer tokens are rejected, whichever comes first."""
    twice = {name: [value] for name, value in headers.items()}
    twice["Authorization"].append("Bearer another")
    assert answer("POST", PATH, twice).status == 400
    assert answer("POST", PATH, MultiDict(twice)).status == 400


def test_no_headers_are_none(answer):
    assert answer("POST", PATH, None).status == 401


@pytest.mark.parametrize("arguments", [(5, "/"), ("GET", None), ("GET", "/", (), 5), ("GET", "/", (), ["a"])])
def test_what_no_framework_gives_is_a_type_error(arguments):
    with pytest.raises(TypeError, match="^(method|path|body) must be "):
        acs_auth.Request(*arguments)


def test_attributes_that_are_set_later_are_taken_too(flavour, emulator):
    request = acs_auth.Request("GET", "/")
    request.path, request.headers, request.body = "/\udce9", {"a": "\ud800"}, memoryview(b"x")
    assert flavour.run(made(flavour, emulator).handle, request).status == 404


@pytest.mark.parametrize("seed", range(40))
def test_any_request_is_answered(answer, seed):
    source = random.Random(seed)

    def text():
        made = "".join(source.choices(PIECES, k=source.randrange(6)))
        return made if source.random() < 0.7 else made.encode("utf-8", "surrogatepass")

    def header():
        return source.choice([text, lambda: "Authorization", lambda: b"teams-user-aad-token", lambda: "Origin"])(), text()

    response = answer(
        source.choice([text(), "POST", b"OPTIONS"]),
        source.choice([text(), PATH, PATH.encode(), PATH + "?" + "\udcff"]),
        [header() for _ in range(source.randrange(5))],
        source.choice([None, b"x", "\ud800", memoryview(b"ab")[::2]]),
    )
    assert 200 <= response.status < 500
    for name, value in response.headers:
        assert re.fullmatch(r"[a-z0-9-]+", name) and value.isascii()


SECRET = "s3cret\udce9"


def every_text(flavour, connection_string):
    """Calls that take a string, each with a lone surrogate in it."""
    client = flavour.CommunicationIdentityClient.from_connection_string(connection_string)
    exchanger = flavour.TeamsTokenExchanger(client)
    user = acs_auth.CommunicationUserIdentifier(SECRET)
    endpoint = acs_auth.Endpoint("http://localhost")
    public = acs_auth.Cloud.public()
    teams = acs_auth.Expectations.teams_user()
    run = flavour.run
    return {
        "teams user": lambda: run(client.get_token_for_teams_user, SECRET, "a", "b"),
        "extension": lambda: run(client.get_token_for_teams_extension_user, SECRET),
        "entra user": lambda: run(client.get_token_for_entra_user, SECRET),
        "custom id": lambda: run(client.create_user_with_custom_id, SECRET),
        "assignment": lambda: run(client.put_teams_extension_assignment, "t", "o", SECRET),
        "client ids": lambda: run(client.put_teams_extension_assignment, "t", "o", "user", [SECRET]),
        "exchange extension": lambda: run(exchanger.exchange_teams_extension, SECRET),
        "delete": lambda: run(client.delete_user, user),
        "scopes": lambda: run(client.create_user_and_token, [SECRET]),
        "request id": lambda: run(client.create_user, client_request_id=SECRET),
        "exchange": lambda: run(exchanger.exchange, "a", SECRET, "b"),
        "sign out": lambda: run(exchanger.sign_out, SECRET, "b"),
        "connection string": lambda: flavour.CommunicationIdentityClient.from_connection_string(SECRET),
        "key": lambda: flavour.CommunicationIdentityClient("localhost", SECRET),
        "certificate": lambda: flavour.CommunicationIdentityClient("localhost", "a2V5", root_certificates_pem=SECRET),
        "handler": lambda: flavour.TokenExchangeHandler(connection_string=SECRET),
        "access key": lambda: acs_auth.AccessKey(SECRET),
        "sealing key": lambda: acs_auth.SealingKey(SECRET),
        "parsed": lambda: acs_auth.ConnectionString(SECRET),
        "endpoint": lambda: acs_auth.Endpoint(SECRET),
        "settings": lambda: acs_auth.HandlerSettings.from_toml(SECRET),
        "cloud": lambda: acs_auth.Cloud.custom(SECRET),
        "scope": lambda: public.teams_scope(SECRET),
        "inspect": lambda: acs_auth.inspect(SECRET, teams),
        "prepare": lambda: acs_auth.prepare_exchange_teams_user(endpoint, SECRET, "a", "b"),
        "cache key": lambda: acs_auth.cache_key(b"k" * 32, public, endpoint, None, SECRET, "a", "b"),
        "sign": lambda: acs_auth.sign_request(acs_auth.SignableRequest("GET", SECRET), acs_auth.AccessKey("a2V5")),
    }


def test_a_lone_surrogate_is_an_invalid_argument_everywhere(flavour, connection_string):
    for name, function in every_text(flavour, connection_string).items():
        with pytest.raises(acs_auth.InvalidArgumentError, match="lone surrogate") as raised:
            function()
        seen = [raised.value, raised.value.__cause__, raised.value.__context__]
        assert not any(isinstance(error, UnicodeError) for error in seen), name
        assert "s3cret" not in repr([vars(error) for error in seen if error]), name


def test_an_environment_that_is_no_text_is_an_invalid_argument():
    with pytest.raises(acs_auth.InvalidArgumentError) as raised:
        acs_auth.HandlerSettings.from_env(lambda name: SECRET)
    assert raised.value.target and raised.value.target in raised.value.reason
    assert "s3cret" not in str(raised.value)


def test_a_response_of_another_client_may_hold_anything():
    response = acs_auth.RawResponse(401, {"x": "\udce9", b"ms-cv": [b"\xff"], "y": None}, memoryview(b"{"))
    with pytest.raises(acs_auth.AcsAuthError):
        acs_auth.parse_issue_token(response)
