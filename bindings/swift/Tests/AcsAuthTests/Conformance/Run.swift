import AcsAuth
import Foundation

/// One case from its beginning to its end.
final class Run {
    private let sharedCase: JSON
    private let emulator: Emulator
    private let numbers: [String: Int]
    private var scope = Scope()
    private var client: CommunicationIdentityClient?
    private var credential: NotingCredential?
    private var handler: TokenExchangeHandler?
    private var secrets: [String]

    init(_ sharedCase: JSON, numbers: [String: Int]) throws {
        try Vocabulary.check(sharedCase)
        self.sharedCase = sharedCase
        self.numbers = numbers
        emulator = try Emulator.fresh()
        secrets = [emulator.accessKey]
        try scope.name("emulator", emulator.info)
    }

    func run() async throws {
        for action in sharedCase["before"].list { try await act(action) }
        try emulator.control("DELETE", "/requests")
        let started = ContinuousClock.now
        let outcome = await call(sharedCase["call"])
        let took = (ContinuousClock.now - started) / .milliseconds(1)
        try judge(outcome, took)
    }

    private func act(_ action: JSON) async throws {
        guard let (name, given) = action.members.first else { throw Failure("an action without a member") }
        switch name {
        case "mint":
            var query: [String: String] = [:]
            for (name, value) in try scope.fill(given).members where name != "as" {
                query[name] = value.text ?? value.compact
            }
            let token = try emulator.mint(query)
            secrets.append(token)
            try scope.name(given["as"].text ?? "", .text(token))
        case "call":
            let result = try await call(given).get()
            try require((result["status"]?.number ?? 0) < 400, "before: \(result)")
            if let name = given["as"].text { try scope.name(name, .object(result)) }
        default:
            try emulator.control(name == "behaviour" ? "PUT" : "POST", "/\(name == "access_keys" ? "access-keys" : name)", try scope.fill(given))
        }
    }

    private func call(_ call: JSON) async -> Result<[String: JSON], any Error> {
        do {
            return .success(try await called(call))
        } catch {
            return .failure(error)
        }
    }

    private func called(_ call: JSON) async throws -> [String: JSON] {
        var arguments = Arguments(try scope.fill(call["arguments"]))
        let operation = call["operation"].text ?? ""
        if let result = try PureCalls.call(operation, &arguments) { return result }
        if operation == "handle" { return try await handled(&arguments) }
        if client == nil { (client, credential) = try ClientCalls.makeClient(sharedCase["client"], scope, emulator) }
        guard let client else { throw Failure("there is no client") }
        let result = try await ClientCalls.call(client, call, &arguments)
        if let token = result["token"]?.text { secrets.append(token) }
        return result
    }

    private func handled(_ arguments: inout Arguments) async throws -> [String: JSON] {
        if handler == nil { handler = try ClientCalls.makeHandler(sharedCase["handler"], scope, emulator) }
        guard let handler else { throw Failure("there is no handler") }
        let answer = try await ClientCalls.call(handler, &arguments)
        if (answer["status"]?.number ?? 0) >= 400 { try keepsSecrets(JSON.object(answer).compact, "the answer") }
        if let token = answer["json"]?["token"].text { secrets.append(token) }
        return answer
    }

    private func keepsSecrets(_ texts: String, _ what: String) throws {
        let more = try sharedCase["expect"]["never_shown"].list.map { try scope.fill($0).text ?? "" }
        for secret in secrets + more { try require(!texts.contains(secret), "\(what) shows a secret") }
    }

    private func judge(_ outcome: Result<[String: JSON], any Error>, _ took: Double) throws {
        let expect = sharedCase["expect"]
        let matcher = Matcher(scope: scope, now: try emulator.control("GET", "/clock")["unix"].number ?? 0)
        if expect["ok"] != .null {
            try matcher.check(try outcome.get(), expect["ok"])
        } else {
            switch outcome {
            case .success(let result): throw Failure("it succeeded: \(result)")
            case .failure(let error as AcsAuthError): try judge(error, expect["error"], matcher)
            case .failure(let error): throw error
            }
        }
        if let least = expect["took_ms"]["at_least"].number { try require(took >= Double(least), "it took \(took) ms") }
        if let most = expect["took_ms"]["at_most"].number { try require(took <= Double(most), "it took \(took) ms") }
        if expect["client"] != .null, let client {
            let says: [String: JSON] = [
                "endpoint": .text(client.endpoint.url), "clock_skew_seconds": .number(Int(client.clockSkewSeconds)),
            ]
            try matcher.check(says, expect["client"])
        }
        try judgeCredential(expect["credential"])
        try judgeSeen(sharedCase["emulator"], matcher)
    }

    private func judgeCredential(_ wanted: JSON) throws {
        guard wanted != .null else { return }
        let asked = credential?.asked ?? []
        try require(asked.count == wanted["calls"].number, "the credential was asked \(asked)")
        let scopes = wanted["scopes"].list.map { $0.text ?? "" }
        try require(asked.allSatisfy { $0 == scopes }, "the credential was asked \(asked)")
    }

    private func judge(_ error: AcsAuthError, _ expected: JSON, _ matcher: Matcher) throws {
        let kind = expected["kind"].text ?? ""
        try require(
            error.kind.name == kind && Int(error.kind.value) == numbers[kind], "it failed otherwise: \(error)")
        var dumped = ""
        dump(error, to: &dumped)
        try keepsSecrets("\(error)\n\(String(reflecting: error))\n\(error.localizedDescription)\n\(dumped)", "the error")
        let milliseconds = error.retryAfter.map { Int(($0 / .milliseconds(1)).rounded()) }
        let fields: [String: JSON] = [
            "status": JSON(error.status), "code": JSON(error.code), "target": JSON(error.target),
            "reason": .text(error.reason), "retry_after_ms": JSON(milliseconds),
            "client_request_id": JSON(error.clientRequestId), "ms_cv": JSON(error.msCv),
        ]
        var rest = expected.members
        rest["kind"] = nil
        try matcher.check(fields, .object(rest))
    }

    private func judgeSeen(_ seen: JSON, _ matcher: Matcher) throws {
        let attempts = try emulator.requests().map(Self.asCompared)
        if case .list(let statuses) = seen["attempts"] {
            let found = attempts.map { $0["status"] ?? .null }
            try require(found == statuses, "the attempts ended \(found), not \(statuses)")
        }
        let compared = ["each", "same_headers", "different_headers"].contains { seen[$0] != .null }
        try require(!compared || !attempts.isEmpty, "there were no attempts to compare")
        let inOrder = seen["in_order"].list
        try require(inOrder.isEmpty || inOrder.count == attempts.count, "there were \(attempts.count) attempts")
        for (index, attempt) in attempts.enumerated() {
            try matcher.check(attempt, seen["each"])
            if !inOrder.isEmpty { try matcher.check(attempt, inOrder[index]) }
        }
        for (names, wanted) in [(seen["same_headers"], 1), (seen["different_headers"], attempts.count)] {
            for name in names.list.map({ $0.text ?? "" }) {
                let values = attempts.map { $0["headers"]?[name] ?? .null }
                try require(!values.contains(.null), "\(name) is not in each attempt")
                let different = Set(values.map(\.compact)).count
                try require(different == wanted, "\(name) had \(different) values in \(attempts.count) attempts")
            }
        }
        if let identities = seen["identities"].number {
            let found = try emulator.control("GET", "/identities")["identities"].list.count
            try require(found == identities, "there are \(found) identities")
        }
        for token in seen["tokens"].list {
            let found = try emulator.control("POST", "/introspect", .object(["token": try scope.fill(token["token"])]))
            try require(
                found["active"] == token["active"] && found["reason"] == token["reason"], "a token is \(found)")
        }
    }

    /// A record of the emulator with headers and checks by name; a check that failed once has failed.
    private static func asCompared(_ record: JSON) -> [String: JSON] {
        var checks: [String: JSON] = [:]
        for check in record["checks"].list {
            let name = check["name"].text ?? ""
            checks[name] = .bool(checks[name] != .bool(false) && check["ok"] == .bool(true))
        }
        let headers = record["headers"].list.map { ($0.list[0].text ?? "", $0.list[1]) }
        var compared = record.members
        compared["headers"] = .object(Dictionary(headers) { $1 })
        compared["checks"] = .object(checks)
        return compared
    }
}
