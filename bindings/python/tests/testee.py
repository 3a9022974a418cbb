"""The Python testee: a request a line in, an answer a line out. tests/conformance/README.md describes both.

usage: testee.py sync|aio
"""

import asyncio
import datetime
import json
import sys
import time
import traceback

import acs_auth
import acs_auth.aio
from acs_auth import AccessToken, AcsAuthError, CommunicationUserIdentifier, HandlerSettings, Request, RetryPolicy

#: What `prepare_…` and `parse_…` are named after.
PURE = {
    "get_token": "issue_token",
    "get_token_for_teams_user": "exchange_teams_user",
    "get_token_for_teams_extension_user": "exchange_teams_extension",
}
OPTIONS = ("root_certificates_pem", "allow_insecure_endpoint", "api_version", "application_id", "token_check")


class Credential:
    """Gives the same token each time and notes what it is asked for."""

    def __init__(self, token, expires_in_s, asked, is_async):
        def get_token(*scopes):
            asked.append(list(scopes))
            return AccessToken(token, int(time.time()) + expires_in_s)

        async def get_token_async(*scopes):
            return get_token(*scopes)

        self.get_token = get_token_async if is_async else get_token


class Testee:
    def __init__(self, form):
        self.is_async = {"sync": False, "aio": True}[form]
        self.package = acs_auth.aio if self.is_async else acs_auth
        self.loop = asyncio.new_event_loop()
        self.forget()

    def forget(self):
        self.client = self.handler = None
        self.asked = []

    def run(self, function, *arguments, **options):
        made = function(*arguments, **options)
        return self.loop.run_until_complete(made) if self.is_async else made

    def answer(self, request):
        if request.pop("case", None):
            self.forget()
        try:
            result, value = self.call(request)
            answer = {"result": result}
            outcome = [str(value), repr(value), ascii(value), f"{value}"]
        except AcsAuthError as error:
            answer = {"error": fields_of(error)}
            outcome = [str(error), repr(error), repr(error.args)]
            outcome += traceback.format_exception(type(error), error, error.__traceback__)
        made = [text for it in (self.client, self.handler) if it is not None for text in (str(it), repr(it))]
        answer["printed"] = {"outcome": outcome, "made": made}
        answer["client"] = self.client and {
            "endpoint": self.client.endpoint.url,
            "clock_skew_seconds": self.client.clock_skew_seconds,
            "asked": self.asked,
        }
        return answer

    def call(self, request):
        """The result as JSON, and as it is."""
        if "client" in request:
            self.client = self.make_client(request.pop("client"))
        if "handler" in request:
            settings = HandlerSettings.from_toml(request.pop("handler"))
            self.handler = self.package.TokenExchangeHandler(settings, **request.pop("settings", {}))
        operation, a = request.pop("operation"), request.pop("arguments")
        if operation in NO_IO:
            return NO_IO[operation](a)
        if operation == "handle":
            body = a["body"].encode()
            headers = [tuple(header) for header in a["headers"]]
            response = self.run(self.handler.handle, Request(a["method"], a["path"], headers, body))
            headers = [list(header) for header in response.headers]
            return {"status": response.status, "headers": headers, "body": response.body.decode()}, response
        if operation == "update_access_key":
            return result_of(self.client.update_access_key(a["access_key"], a.get("secondary_access_key")))
        if "timeout_ms" in request:
            request["timeout"] = request.pop("timeout_ms") / 1000
        options, arguments = {**request, **expiry(a)}, arguments_of(a)
        return result_of(self.run(getattr(self.client, operation), *arguments, **options))

    def make_client(self, given):
        options = {name: given.pop(name) for name in OPTIONS if name in given}
        if "root_certificates_pem" in options:
            options["root_certificates_pem"] = options["root_certificates_pem"].encode()
        if "timeout_ms" in given:
            options["timeout"] = given.pop("timeout_ms") / 1000
        if "max_attempts" in given:
            options["retry_policy"] = RetryPolicy(max_attempts=given.pop("max_attempts"))
        if "secondary_access_key" in given:
            options["secondary_access_key"] = given.pop("secondary_access_key")
        kind = self.package.CommunicationIdentityClient
        if "token_credential" in given:
            credential = Credential(**given.pop("token_credential"), asked=self.asked, is_async=self.is_async)
            made = kind(given.pop("endpoint"), credential, **options)
        else:
            made = kind.from_connection_string(given.pop("connection_string"), **options)
        if given:
            raise ValueError(f"unknown options {list(given)}")
        return made


def fields_of(error):
    return {
        "kind": str(error.kind),
        "value": int(error.kind),
        "status": error.status_code,
        "code": error.error_code,
        "target": error.target,
        "reason": error.reason,
        "retry_after_ms": None if error.retry_after is None else round(error.retry_after * 1000),
        "client_request_id": error.request_id,
        "ms_cv": error.ms_cv,
    }


def result_of(given):
    """What an operation gave as JSON, and as it is."""
    if given is None:
        return {}, given
    if isinstance(given, CommunicationUserIdentifier):
        return {"id": given.raw_id}, given
    if isinstance(given, AccessToken):
        return {"token": given.token, "expires_on": given.expires_on}, given
    user, token = given
    return {"id": user.raw_id, "token": token.token, "expires_on": token.expires_on}, given


def arguments_of(a):
    """The positional arguments, in the order that all operations have them in."""
    names = ("user", "scopes", "aad_token", "client_id", "user_object_id")
    given = {name: a[name] for name in names if name in a}
    if "user" in given:
        given["user"] = CommunicationUserIdentifier(given["user"])
    return list(given.values())


def expiry(a):
    return {"token_expires_in": a["token_expires_in_s"]} if "token_expires_in_s" in a else {}


def parse_connection_string(a):
    parsed = acs_auth.ConnectionString.parse(a["text"])
    return {"endpoint": parsed.endpoint.url}, parsed


def sign_request(a):
    request = acs_auth.SignableRequest(a["method"], a["url"], a["body"].encode())
    now = datetime.datetime.fromtimestamp(a["now"], datetime.timezone.utc)
    signed = acs_auth.sign_request(request, acs_auth.AccessKey(a["access_key"]), now)
    headers = {name.lower(): value for name, value in signed.headers().items()}
    return {"string_to_sign": signed.string_to_sign, **headers}, signed


def prepare_request(a):
    prepare = getattr(acs_auth, "prepare_" + PURE.get(a["operation"], a["operation"]))
    lifetime = [a.get("token_expires_in_s")] if "scopes" in a else []
    endpoint = acs_auth.Endpoint.parse(a["endpoint"])
    made = prepare(endpoint, *arguments_of(a), *lifetime, a["api_version"])
    return {
        "method": made.method.value,
        "url": made.url,
        "headers": [list(header) for header in made.headers],
        "body": made.body.decode(),
        "authentication": made.authentication.value,
        "retryable": made.retryable.value,
    }, made


def parse_response(a):
    headers = [tuple(header) for header in a["headers"]]
    response = acs_auth.RawResponse(a["status"], headers, a["body"].encode())
    return result_of(getattr(acs_auth, "parse_" + PURE.get(a["operation"], a["operation"]))(response))


def inspect(a):
    expected = getattr(acs_auth.Expectations, a["expect"])()
    for name in ("client_id", "user_object_id", "tenant_id", "min_remaining_s"):
        if name in a:
            setattr(expected, name.removesuffix("_s"), a[name])
    found = acs_auth.inspect(a["token"], expected)
    checks = [(check.name.value, check.outcome.value) for check in found.checks]
    failure = found.first_failure
    return {"ok": found.is_ok, "checks": checks, "explanation": failure and failure.explanation}, found


NO_IO = {made.__name__: made for made in (parse_connection_string, sign_request, prepare_request, parse_response, inspect)}


def main():
    testee = Testee(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = testee.answer(json.loads(line))
        except Exception:
            answer = {"failure": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


main()
