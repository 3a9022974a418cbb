/// The members that a case may have: whatever is not named here fails the case.
enum Vocabulary {
    private static let shapes: [String: Set<String>] = [
        "the case": ["name", "about", "source", "client", "handler", "before", "call", "expect", "emulator"],
        "client": [
            "transport", "trust_ca", "connection_string", "secondary_access_key", "token_credential", "allow_insecure_endpoint", "api_version",
            "application_id", "preflight", "timeout_ms", "max_attempts",
        ],
        "before": ["faults", "clock", "behaviour", "access_keys", "mint", "call"],
        "mint": ["as", "user", "client_id", "kind", "attack", "version", "lifetime", "scope"],
        "an earlier call": ["as", "operation", "arguments"],
        "call": ["operation", "arguments", "timeout_ms", "client_request_id"],
        "expect": ["ok", "error", "never_shown", "took_ms", "client", "credential"],
        "emulator": ["attempts", "each", "in_order", "same_headers", "different_headers", "identities", "tokens"],
        "took_ms": ["at_least", "at_most"],
        "credential": ["calls", "scopes"],
        "tokens": ["token", "active", "reason"],
    ]

    private static func only(_ value: JSON, _ shape: String) throws {
        let unknown = Set(value.members.keys).subtracting(shapes[shape] ?? [])
        try require(unknown.isEmpty, "\(shape): unknown members \(unknown.sorted())")
    }

    static func check(_ sharedCase: JSON) throws {
        try only(sharedCase, "the case")
        try only(sharedCase["client"], "client")
        for action in sharedCase["before"].list {
            try require(action.members.count == 1, "an action has one member: \(action)")
            try only(action, "before")
            try only(action["mint"], "mint")
            try only(action["call"], "an earlier call")
        }
        let expect = sharedCase["expect"]
        try only(sharedCase["call"], "call")
        try only(expect, "expect")
        try require((expect["ok"] == .null) != (expect["error"] == .null), "a case expects either ok or an error")
        try only(expect["took_ms"], "took_ms")
        try only(expect["credential"], "credential")
        try only(sharedCase["emulator"], "emulator")
        for token in sharedCase["emulator"]["tokens"].list { try only(token, "tokens") }
    }
}

/// The arguments of a call, each of which must be used.
struct Arguments {
    private var given: [String: JSON]

    init(_ given: JSON) {
        self.given = given.members
    }

    mutating func take(_ name: String) throws -> JSON {
        guard let value = given.removeValue(forKey: name) else { throw Failure("the argument \(name) is missing") }
        return value
    }

    mutating func text(_ name: String) throws -> String {
        guard let text = try take(name).text else { throw Failure("the argument \(name) is no text") }
        return text
    }

    mutating func maybe(_ name: String) -> JSON {
        given.removeValue(forKey: name) ?? .null
    }

    func end() throws {
        try require(given.isEmpty, "there are no arguments \(given.keys.sorted())")
    }
}
