"""One case from its beginning to its end."""

import json
import time
import traceback

from acs_auth import AcsAuthError

from . import calls, pure
from .matcher import check
from .scope import Scope
from .vocabulary import Arguments, check_case


class Run:
    def __init__(self, case, flavour, emulator, shared, numbers):
        check_case(case)
        self.case = case
        self.flavour = flavour
        self.emulator = emulator
        self.shared = shared
        self.numbers = numbers
        self.scope = Scope()
        self.scope.name("emulator", emulator.info)
        self.client = self.credential = self.handler = None
        self.secrets = [emulator.access_key]

    def run(self):
        self.emulator.reset()
        for action in self.case.get("before", []):
            self.act(action)
        self.emulator.forget_requests()
        started = time.monotonic()
        outcome = self.call(self.case["call"])
        self.judge(outcome, (time.monotonic() - started) * 1000)

    def act(self, action):
        [(name, given)] = action.items()
        if name == "mint":
            query = self.scope.fill({key: value for key, value in given.items() if key != "as"})
            token = self.emulator.mint(**query)
            self.secrets.append(token)
            self.scope.name(given["as"], token)
        elif name == "call":
            result = self.call(given)
            assert isinstance(result, dict), f"before: {result}"
            assert result.get("status", 0) < 400, f"before: {result}"
            if "as" in given:
                self.scope.name(given["as"], result)
        else:
            method = "PUT" if name == "behaviour" else "POST"
            self.emulator.control(method, "/" + name.replace("_", "-"), self.scope.fill(given))

    def call(self, call):
        """The result, or the error."""
        try:
            return self._call(call)
        except AcsAuthError as error:
            return error

    def _call(self, call):
        arguments = Arguments(self.scope.fill(call.get("arguments", {})))
        operation = call["operation"]
        if operation in pure.OPERATIONS:
            return pure.OPERATIONS[operation](arguments, self.shared)
        if operation == "handle":
            return self._handle(arguments)
        if self.client is None:
            made = calls.make_client(self.flavour, self.case.get("client", {}), self.scope, self.emulator)
            self.client, self.credential = made
        result = calls.call_client(self.flavour, self.client, call, arguments)
        if "token" in result:
            self.secrets.append(result["token"])
        return result

    def _handle(self, arguments):
        if self.handler is None:
            self.handler = calls.make_handler(
                self.flavour, self.case.get("handler", {}), self.scope, self.emulator
            )
        answer = calls.call_handler(self.flavour, self.handler, arguments)
        if answer["status"] >= 400:
            self.keeps_secrets(json.dumps(answer), "the answer")
        if isinstance(answer["json"], dict) and isinstance(answer["json"].get("token"), str):
            self.secrets.append(answer["json"]["token"])
        return answer

    def keeps_secrets(self, texts, what):
        for secret in [*self.secrets, *self.scope.fill(self.case["expect"].get("never_shown", []))]:
            assert secret not in texts, f"{what} shows a secret"

    def judge(self, outcome, took):
        expect = self.case["expect"]
        now = self.emulator.control("GET", "/clock")["unix"]
        if "ok" in expect:
            assert isinstance(outcome, dict), f"it failed: {outcome}"
            check(outcome, expect["ok"], self.scope, now)
        else:
            assert isinstance(outcome, AcsAuthError), f"it succeeded: {outcome}"
            self.judge_error(outcome, dict(expect["error"]), now)
        bounds = expect.get("took_ms", {})
        assert bounds.get("at_least", 0) <= took <= bounds.get("at_most", took), f"it took {took} ms, not {bounds}"
        if "client" in expect:
            says = {"endpoint": self.client.endpoint.url, "clock_skew_seconds": self.client.clock_skew_seconds}
            check(says, expect["client"], self.scope, now)
        if "credential" in expect:
            asked = self.credential.asked
            wanted = expect["credential"]
            assert len(asked) == wanted["calls"], f"the credential was asked {asked}"
            assert all(scopes == wanted.get("scopes", []) for scopes in asked), f"the credential was asked {asked}"
        self.judge_seen(self.case.get("emulator", {}), now)

    def judge_error(self, error, expected, now):
        kind = expected.pop("kind")
        assert (str(error.kind), int(error.kind)) == (kind, self.numbers[kind]), f"it failed otherwise: {error}"
        fields = fields_of(error)
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
        self.keeps_secrets(f"{error}\n{error!r}\n{error.args}\n{fields}\n{shown}", "the error")
        check(fields, expected, self.scope, now)

    def judge_seen(self, seen, now):
        attempts = [as_compared(request) for request in self.emulator.requests()]
        if "attempts" in seen:
            assert [attempt["status"] for attempt in attempts] == seen["attempts"]
        compared = seen.keys() & {"each", "same_headers", "different_headers"}
        assert attempts or not compared, "there were no attempts to compare"
        in_order = seen.get("in_order", [])
        assert not in_order or len(in_order) == len(attempts), f"there were {len(attempts)} attempts"
        for at, attempt in enumerate(attempts):
            check(attempt, seen.get("each", {}), self.scope, now)
            check(attempt, in_order[at] if in_order else {}, self.scope, now)
        for names, wanted in ((seen.get("same_headers", []), 1), (seen.get("different_headers", []), len(attempts))):
            for name in names:
                values = {attempt["headers"][name] for attempt in attempts}
                assert len(values) == wanted, f"{name} had {len(values)} values in {len(attempts)} attempts"
        if "identities" in seen:
            assert len(self.emulator.control("GET", "/identities")["identities"]) == seen["identities"]
        for token in seen.get("tokens", []):
            found = self.emulator.control("POST", "/introspect", {"token": self.scope.fill(token["token"])})
            assert (found["active"], found.get("reason")) == (token["active"], token.get("reason"))


def fields_of(error):
    return {
        "status": error.status_code,
        "code": error.error_code,
        "target": error.target,
        "reason": error.reason,
        "retry_after_ms": None if error.retry_after is None else round(error.retry_after * 1000),
        "client_request_id": error.request_id,
        "ms_cv": error.ms_cv,
    }


def as_compared(record):
    """A record of the emulator with headers and checks by name; a check that failed once has failed."""
    checks = {}
    for made in record["checks"]:
        checks[made["name"]] = checks.get(made["name"], True) and made["ok"]
    return {**record, "headers": dict(record["headers"]), "checks": checks}
