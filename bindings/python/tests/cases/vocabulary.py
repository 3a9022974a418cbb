"""The members that a case may have: whatever is not named here fails the case."""

CASE = {"name", "about", "source", "hosts", "client", "handler", "before", "call", "expect", "emulator"}
CLIENT = {
    "transport",
    "trust_ca",
    "connection_string",
    "secondary_access_key",
    "token_credential",
    "allow_insecure_endpoint",
    "api_version",
    "application_id",
    "preflight",
    "timeout_ms",
    "max_attempts",
}
BEFORE = {"faults", "clock", "behaviour", "access_keys", "mint", "call"}
MINT = {"as", "user", "client_id", "kind", "attack", "version", "lifetime", "scope"}
EARLIER_CALL = {"as", "operation", "arguments"}
CALL = {"operation", "arguments", "timeout_ms", "client_request_id"}
EXPECT = {"ok", "error", "never_shown", "took_ms", "client", "credential"}
SEEN = {"attempts", "each", "in_order", "same_headers", "different_headers", "identities", "tokens"}


def only(members, known, where):
    unknown = set(members) - known
    assert not unknown, f"{where}: unknown members {sorted(unknown)}"


def check_case(case):
    only(case, CASE, "the case")
    assert case["hosts"] == "all"
    only(case.get("client", {}), CLIENT, "client")
    for action in case.get("before", []):
        assert len(action) == 1, f"an action has one member: {action}"
        [(name, given)] = action.items()
        only(action, BEFORE, "before")
        if name == "mint":
            only(given, MINT, "mint")
        if name == "call":
            only(given, EARLIER_CALL, "an earlier call")
    only(case["call"], CALL, "call")
    only(case["expect"], EXPECT, "expect")
    assert ("ok" in case["expect"]) != ("error" in case["expect"]), "a case expects either ok or an error"
    only(case["expect"].get("took_ms", {}), {"at_least", "at_most"}, "took_ms")
    only(case["expect"].get("credential", {}), {"calls", "scopes"}, "credential")
    only(case.get("emulator", {}), SEEN, "emulator")
    for token in case.get("emulator", {}).get("tokens", []):
        only(token, {"token", "active", "reason"}, "tokens")


class Arguments:
    """The arguments of a call, each of which must be used."""

    def __init__(self, given):
        self._given = dict(given)

    def take(self, name):
        assert name in self._given, f"the argument {name} is missing"
        return self._given.pop(name)

    def maybe(self, name):
        return self._given.pop(name, None)

    def end(self):
        assert not self._given, f"there is no argument {next(iter(self._given))}"
