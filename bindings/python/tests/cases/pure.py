"""The calls without I/O: arguments from JSON, results to JSON."""

import base64
import json
from email.utils import parsedate_to_datetime

import acs_auth
from acs_auth import Endpoint, Outcome, RawResponse


def parse_connection_string(a, _):
    text = a.take("text")
    a.end()
    return {"endpoint": acs_auth.ConnectionString.parse(text).endpoint.url}


def sign_request(a, shared):
    """Signs what is given, or the request of a vector; the result has the names that vectors have."""
    vector = a.maybe("vector")
    names = ("method", "url", "body_base64", "access_key", "x-ms-date")
    given = shared("vectors", vector) if vector else {name: a.take(name) for name in names}
    a.end()
    body = base64.b64decode(given["body_base64"])
    request = acs_auth.SignableRequest(given["method"], given["url"], body)
    key = acs_auth.AccessKey(given["access_key"])
    signed = acs_auth.sign_request(request, key, parsedate_to_datetime(given["x-ms-date"]))
    headers = {name.lower(): value for name, value in signed.headers().items()}
    result = {"string_to_sign": signed.string_to_sign, **headers}
    result["as_in_vector"] = all(given.get(name) == value for name, value in result.items())
    return result


def _user(a):
    return acs_auth.CommunicationUserIdentifier(a.take("user"))


def _scopes(a):
    return a.take("scopes"), a.maybe("token_expires_in_s")


#: The `prepare_…` of an operation, and its arguments between endpoint and version.
PREPARED = {
    "create_user": ("create_user", lambda a: ()),
    "create_user_and_token": ("create_user_and_token", _scopes),
    "get_token": ("issue_token", lambda a: (_user(a), *_scopes(a))),
    "revoke_tokens": ("revoke_tokens", lambda a: (_user(a),)),
    "delete_user": ("delete_user", lambda a: (_user(a),)),
    "get_token_for_teams_user": (
        "exchange_teams_user",
        lambda a: (a.take("aad_token"), a.take("client_id"), a.take("user_object_id")),
    ),
    "get_token_for_teams_extension_user": ("exchange_teams_extension", lambda a: (a.take("aad_token"),)),
}


def prepare_request(a, _):
    operation = a.take("operation")
    endpoint = Endpoint.parse(a.take("endpoint"))
    version = a.take("api_version")
    name, between = PREPARED[operation]
    arguments = between(a)
    a.end()
    prepared = getattr(acs_auth, "prepare_" + name)(endpoint, *arguments, version)
    return {
        "method": prepared.method.value,
        "url": prepared.url,
        "headers": dict(prepared.headers),
        "body": prepared.body.decode(),
        "authentication": prepared.authentication.value,
        "repeatable": prepared.repeatable.value,
    }


def result_of(given):
    """What an operation gave, as cases compare it."""
    if given is None:
        return {}
    if isinstance(given, acs_auth.CommunicationUserIdentifier):
        return {"id": given.raw_id}
    if isinstance(given, acs_auth.AccessToken):
        return {"token": given.token, "expires_on": given.expires_on}
    user, token = given
    return {"id": user.raw_id, "token": token.token, "expires_on": token.expires_on}


def parse_response(a, shared):
    name, _ = PREPARED[a.take("operation")]
    recording = a.maybe("recording")
    if recording:
        recorded = shared("recordings", recording)
        body = recorded["response_body"]
        status, headers = recorded["status"], recorded["response_headers"]
        text = "" if body is None else json.dumps(body, separators=(",", ":"))
    else:
        status, headers, text = a.take("status"), a.take("headers"), a.take("body")
    a.end()
    response = RawResponse(status, headers, text.encode())
    return result_of(getattr(acs_auth, "parse_" + name)(response))


def inspect(a, _):
    expected = getattr(acs_auth.Expectations, a.take("expect"))()
    for name in ("client_id", "user_object_id", "tenant_id"):
        setattr(expected, name, a.maybe(name))
    remaining = a.maybe("min_remaining_s")
    if remaining is not None:
        expected.min_remaining = remaining
    token = a.take("token")
    a.end()
    inspection = acs_auth.inspect(token, expected)

    def of(outcome):
        return [check.name.value for check in inspection.checks if check.outcome is outcome]

    failure = inspection.first_failure
    return {
        "ok": inspection.is_ok,
        "passed": of(Outcome.PASSED),
        "failed": of(Outcome.FAILED),
        "not_checked": of(Outcome.NOT_CHECKED),
        "explanation": failure and failure.explanation,
    }


OPERATIONS = {
    made.__name__: made for made in (parse_connection_string, sign_request, prepare_request, parse_response, inspect)
}
