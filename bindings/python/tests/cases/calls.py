"""The calls of a client and of a handler: how they are made, and what is called."""

import json
import time

from acs_auth import AccessToken, CommunicationUserIdentifier, HandlerSettings, Request, RetryPolicy

from .pure import result_of


class Credential:
    """Gives the same token each time and notes what it is asked for."""

    def __init__(self, token, expires_in, is_async):
        self.asked = []
        self._token = token
        self._expires_in = expires_in
        if is_async:
            self.get_token = self._get_token_async

    def get_token(self, *scopes):
        self.asked.append(list(scopes))
        return AccessToken(self._token, int(time.time()) + self._expires_in)

    async def _get_token_async(self, *scopes):
        return Credential.get_token(self, *scopes)


def make_client(flavour, options, scope, emulator):
    """The client of a case, and its token credential."""
    given = dict(options)
    over_https = {"http": False, "https": True}[given.pop("transport", "http")]
    kwargs = {}
    if given.pop("trust_ca", True):
        kwargs["root_certificates_pem"] = emulator.ca
    for name in ("allow_insecure_endpoint", "api_version", "application_id", "preflight"):
        if name in given:
            kwargs[name] = given.pop(name)
    if "timeout_ms" in given:
        kwargs["timeout"] = given.pop("timeout_ms") / 1000
    if "max_attempts" in given:
        kwargs["retry_policy"] = RetryPolicy(max_attempts=given.pop("max_attempts"))
    if "secondary_access_key" in given:
        kwargs["secondary_access_key"] = scope.fill(given.pop("secondary_access_key"))
    token_credential = given.pop("token_credential", None)
    default = emulator.connection_string if over_https else emulator.connection_string_http
    connection_string = scope.fill(given.pop("connection_string", default))
    assert not given, f"unknown options {given}"
    kind = flavour.CommunicationIdentityClient
    if token_credential is None:
        return kind.from_connection_string(connection_string, **kwargs), None
    token = scope.fill(token_credential["token"])
    credential = Credential(token, token_credential["expires_in_s"], flavour.name == "aio")
    return kind(emulator.https_url if over_https else emulator.http_url, credential, **kwargs), credential


def arguments_of(operation, a):
    """Positional and keyword arguments of an operation of the client."""
    if operation == "create_user":
        return (), {}
    if operation == "create_user_and_token":
        return (a.take("scopes"),), _expiry(a)
    if operation == "get_token":
        return (CommunicationUserIdentifier(a.take("user")), a.take("scopes")), _expiry(a)
    if operation in ("revoke_tokens", "delete_user"):
        return (CommunicationUserIdentifier(a.take("user")),), {}
    if operation == "get_token_for_teams_user":
        return (a.take("aad_token"), a.take("client_id"), a.take("user_object_id")), {}
    if operation == "get_token_for_teams_extension_user":
        return (a.take("aad_token"),), {}
    raise AssertionError(f"there is no operation {operation}")


def _expiry(a):
    seconds = a.maybe("token_expires_in_s")
    return {} if seconds is None else {"token_expires_in": seconds}


def call_client(flavour, client, call, a):
    if call["operation"] == "update_access_key":
        keys = (a.take("access_key"), a.maybe("secondary_access_key"))
        a.end()
        return result_of(client.update_access_key(*keys))
    positional, keywords = arguments_of(call["operation"], a)
    a.end()
    if "timeout_ms" in call:
        keywords["timeout"] = call["timeout_ms"] / 1000
    if "client_request_id" in call:
        keywords["client_request_id"] = call["client_request_id"]
    return result_of(flavour.run(getattr(client, call["operation"]), *positional, **keywords))


def make_handler(flavour, settings, scope, emulator):
    fitting = {
        "connection_string": emulator.connection_string,
        "authority": emulator.https_url,
        "api_client_id": emulator.api.client_id,
        "tenants": [emulator.tenant_id],
        "teams_client_ids": [emulator.spa.client_id],
        "root_certificates_pem": emulator.ca.decode(),
        **scope.fill(settings),
    }
    # Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in fitting.items() if value is not None)
    return flavour.TokenExchangeHandler(HandlerSettings.from_toml("".join(lines)))


def call_handler(flavour, handler, a):
    method, path = a.take("method"), a.take("path")
    headers = [tuple(header) for header in a.maybe("headers") or []]
    body = (a.maybe("body") or "").encode()
    a.end()
    response = flavour.run(handler.handle, Request(method, path, headers, body))
    text = response.body.decode()
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    return {"status": response.status, "headers": dict(response.headers), "body": text, "json": parsed}
