"""The Python testee: reads one request per line and writes one answer per line. tests/conformance/README.md describes both.

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

#: The operations that are named differently in `prepare_…` and `parse_…`.
PURE = {
    "get_token": "issue_token",
    "get_token_for_teams_user": "exchange_teams_user",
    "get_token_for_teams_extension_user": "exchange_teams_extension",
    "get_token_for_entra_user": "exchange_entra_user",
}

#: Arguments and options that have another name or type in the package.
CONVERTED = {
    "max_attempts": ("retry_policy", lambda count: RetryPolicy(max_attempts=count)),
    "min_remaining_s": ("min_remaining", int),
    "root_certificates_pem": ("root_certificates_pem", str.encode),
    "timeout_ms": ("timeout", lambda milliseconds: milliseconds / 1000),
    "token_expires_in_s": ("token_expires_in", int),
    "user": ("user", CommunicationUserIdentifier),
}


#: The same for options of a call.
OF_A_CALL = {
    "timeout_ms": ("timeout", lambda milliseconds: milliseconds / 1000),
    "attempt_timeout_ms": ("attempt_timeout", lambda milliseconds: milliseconds / 1000),
}

#: The same for options of a user's token credential.
OF_A_USER_CREDENTIAL = {
    "refresh_proactively": ("proactive_refresh", None),
    "refresh_time_before_expiry_s": ("refresh_time_before_expiry", int),
    "timeout_ms": ("timeout", lambda milliseconds: milliseconds / 1000),
}


def converted(given, names=CONVERTED):
    """Returns arguments and options under the package's names, converted to its types."""
    result = {}
    for name, value in given.items():
        name, convert = names.get(name, (name, None))
        result[name] = convert(value) if convert else value
    return result


class Credential:
    """Returns the same token each time and records the requested scopes in `asked`."""

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
        self.client = self.handler = self.user_credential = None
        self.asked = []
        self.user_asked = []
        self.responses = []

    def response(self):
        """The response to the call's last attempt, or None."""
        if not self.responses:
            return None
        last = self.responses[-1]
        return {
            "status": last.http_response.status_code,
            "headers": [[name.lower(), value] for name, value in last.http_response.headers.items()],
            "client_request_id": last.http_request.headers["x-ms-client-request-id"],
            "attempts": len(self.responses),
        }

    def run(self, function, *arguments, **options):
        made = function(*arguments, **options)
        return self.loop.run_until_complete(made) if asyncio.iscoroutine(made) else made

    def answer(self, request):
        if request.pop("case", None):
            self.forget()
        try:
            value = self.call(request)
            answer = {"result": json_of(value)}
            outcome = [str(value), repr(value), ascii(value), f"{value}"]
        except AcsAuthError as error:
            answer = {"error": fields_of(error)}
            outcome = [str(error), repr(error), repr(error.args)]
            outcome += traceback.format_exception(type(error), error, error.__traceback__)
        living = [it for it in (self.client, self.handler, self.user_credential) if it is not None]
        made = [text for it in living for text in (str(it), repr(it))]
        answer["response"] = self.response()
        answer["printed"] = {"outcome": outcome, "made": made}
        answer["client"] = self.client and {
            "endpoint": self.client.endpoint.url,
            "clock_skew_seconds": self.client.clock_skew_seconds,
            "asked": self.asked,
        }
        answer["user_credential"] = self.user_credential and {"asked": self.user_asked}
        return answer

    def call(self, request):
        if "client" in request:
            self.client = self.make_client(**request.pop("client"))
        if "handler" in request:
            settings = HandlerSettings.from_toml(request.pop("handler"))
            self.handler = self.package.TokenExchangeHandler(settings, **request.pop("settings", {}))
        if "user_credential" in request:
            self.user_credential = self.make_user_credential(**request.pop("user_credential"))
        operation, a = request.pop("operation"), request.pop("arguments")
        self.responses = []
        if operation.startswith("user_credential_"):
            return self.run(getattr(self.user_credential, operation.removeprefix("user_credential_")))
        if operation in NO_IO:
            return NO_IO[operation](a)
        if operation == "handle":
            return self.run(self.handler.handle, Request(a["method"], a["path"], headers_of(a), a["body"].encode()))
        options = converted(request, OF_A_CALL)
        if operation != "update_access_key":
            options["raw_response_hook"] = self.responses.append
        return self.run(getattr(self.client, operation), **converted(a), **options)

    def make_client(self, connection_string=None, endpoint=None, token_credential=None, **options):
        kind, options = self.package.CommunicationIdentityClient, converted(options)
        if connection_string is not None:
            return kind.from_connection_string(connection_string, **options)
        return kind(endpoint, Credential(**token_credential, asked=self.asked, is_async=self.is_async), **options)


    def make_user_credential(
        self,
        token=None,
        token_expires_in_s=None,
        refresher=None,
        entra_credential=None,
        client=False,
        exchanger=False,
        **options,
    ):
        def asked(given):
            return given and Credential(**given, asked=self.user_asked, is_async=self.is_async)

        if token_expires_in_s is not None:
            token = AccessToken(token, int(time.time()) + token_expires_in_s)
        return self.package.CommunicationTokenCredential(
            token,
            token_refresher=refresher and asked(refresher).get_token,
            token_credential=asked(entra_credential),
            client=self.client if client else None,
            exchanger=self.package.TeamsTokenExchanger(self.client) if exchanger else None,
            **converted(options, OF_A_USER_CREDENTIAL),
        )


class Identified:
    """An identifier that is compared with all its members. In results of the client's operations, only the id is compared."""

    def __init__(self, identifier):
        self.identifier = identifier

    def __repr__(self):
        return repr(self.identifier)

    def members(self):
        cloud = getattr(self.identifier, "cloud", None)
        names = ("raw_id", "phone_number", "asserted_id", "user_id", "app_id", "tenant_id", "resource_id")
        return {
            "kind": self.identifier.kind.value,
            "is_anonymous": getattr(self.identifier, "is_anonymous", False),
            "cloud": cloud and cloud.value.lower(),
            **{name: getattr(self.identifier, name, None) for name in names},
        }


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


def json_of(given):
    """A result as cases compare it."""
    if given is None:
        return {}
    if isinstance(given, CommunicationUserIdentifier):
        return {"id": given.raw_id}
    if isinstance(given, AccessToken):
        return {"token": given.token, "expires_on": given.expires_on}
    if isinstance(given, acs_auth.CommunicationUserDetail):
        issued = given.last_token_issued_at
        return {**json_of(given.user), "custom_id": given.custom_id, "last_token_issued_at": issued}
    if isinstance(given, acs_auth.TeamsExtensionAssignment):
        kind = getattr(given.principal_type, "value", given.principal_type)
        ids = {"tenant_id": given.tenant_id, "object_id": given.object_id, "client_ids": given.client_ids}
        return {**ids, "principal_type": kind}
    if isinstance(given, tuple):
        user, token = given
        return {**json_of(user), **json_of(token)}
    if isinstance(given, acs_auth.ConnectionString):
        return {"endpoint": given.endpoint.url}
    if isinstance(given, acs_auth.SignedHeaders):
        return {"string_to_sign": given.string_to_sign, **{name.lower(): value for name, value in given.headers().items()}}
    if isinstance(given, Identified):
        return given.members()
    if isinstance(given, acs_auth.Inspection):
        checks = [(check.name.value, check.outcome.value) for check in given.checks]
        return {"ok": given.is_ok, "checks": checks, "explanation": given.first_failure and given.first_failure.explanation}
    message = {"headers": [list(header) for header in given.headers], "body": given.body.decode()}
    if isinstance(given, acs_auth.Response):
        return {**message, "status": given.status}
    words = {"authentication": given.authentication.value, "retryable": given.retryable.value}
    return {**message, **words, "method": given.method.value, "url": given.url}


def headers_of(a):
    return [tuple(header) for header in a["headers"]]


def parse_connection_string(a):
    return acs_auth.ConnectionString.parse(a["text"])


def sign_request(a):
    request = acs_auth.SignableRequest(a["method"], a["url"], a["body"].encode())
    now = datetime.datetime.fromtimestamp(a["now"], datetime.timezone.utc)
    return acs_auth.sign_request(request, acs_auth.AccessKey(a["access_key"]), now)


def pure(verb, operation):
    return getattr(acs_auth, f"{verb}_{PURE.get(operation, operation)}")


def prepare_request(a):
    prepare = pure("prepare", a.pop("operation"))
    return prepare(acs_auth.Endpoint.parse(a.pop("endpoint")), **converted(a))


def parse_response(a):
    return pure("parse", a["operation"])(acs_auth.RawResponse(a["status"], headers_of(a), a["body"].encode()))


def inspect(a):
    expected = getattr(acs_auth.Expectations, a.pop("expect"))()
    token = a.pop("token")
    for name, value in converted(a).items():
        setattr(expected, name, value)
    return acs_auth.inspect(token, expected)


def identifier_from_raw_id(a):
    return Identified(acs_auth.identifier_from_raw_id(a["raw_id"]))


def make_identifier(a):
    names = {
        "communication_user": "CommunicationUserIdentifier",
        "phone_number": "PhoneNumberIdentifier",
        "microsoft_teams_user": "MicrosoftTeamsUserIdentifier",
        "microsoft_teams_app": "MicrosoftTeamsAppIdentifier",
        "teams_extension_user": "TeamsExtensionUserIdentifier",
        "unknown": "UnknownIdentifier",
    }
    kind = a.pop("kind")
    # The official package's names of parameters.
    if kind == "phone_number":
        a["value"] = a.pop("phone_number")
    if kind == "unknown":
        a["identifier"] = a.pop("raw_id")
    if "cloud" in a:
        a["cloud"] = acs_auth.CommunicationCloudEnvironment[a["cloud"]]
    return Identified(getattr(acs_auth, names[kind])(**a))


NO_IO = {
    made.__name__: made
    for made in (
        parse_connection_string,
        sign_request,
        prepare_request,
        parse_response,
        inspect,
        identifier_from_raw_id,
        make_identifier,
    )
}


def main():
    # Before Python 3.15, the standard streams use the system's code page on Windows.
    sys.stdin.reconfigure(encoding="utf-8")
    testee = Testee(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = testee.answer(json.loads(line))
        except Exception:
            answer = {"failure": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


main()
