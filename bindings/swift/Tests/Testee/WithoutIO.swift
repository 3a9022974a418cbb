import AcsAuth
import Foundation

struct Arguments {
    let members: Object

    func text(_ name: String) throws -> String {
        guard let text = optional(name) else { throw Failure(reason: "the argument \(name) is missing") }
        return text
    }

    func optional(_ name: String) -> String? {
        members[name] as? String
    }

    func user() throws -> CommunicationUserIdentifier {
        CommunicationUserIdentifier(try text("user"))
    }

    func scopes() throws -> [CommunicationTokenScope] {
        guard let scopes = members["scopes"] as? [String] else { throw Failure(reason: "there are no scopes") }
        return scopes.map(CommunicationTokenScope.init(rawValue:))
    }

    var lifetime: Duration? {
        (members["token_expires_in_s"] as? Int).map { .seconds($0) }
    }

    func headers() throws -> [Header] {
        guard let pairs = members["headers"] as? [[String]] else { throw Failure(reason: "there are no headers") }
        return pairs.map { Header($0[0], $0[1]) }
    }
}

func pairs(_ headers: [Header]) -> [[String]] {
    headers.map { [$0.name, $0.value] }
}

/// Calls an operation without I/O; nil if this is none.
func callWithoutIO(_ operation: String, _ a: Arguments) throws -> Given? {
    switch operation {
    case "parse_connection_string":
        let parsed = try ConnectionString.parse(try a.text("text"))
        return Given(["endpoint": parsed.endpoint.url], of: parsed)
    case "sign_request": return try sign(a)
    case "prepare_request": return try prepare(a)
    case "parse_response": return try parse(a)
    case "inspect": return try look(a)
    default: return nil
    }
}

private func sign(_ a: Arguments) throws -> Given {
    let request = SignableRequest(
        method: try a.text("method"), url: try a.text("url"), body: Data(try a.text("body").utf8))
    let now = Date(timeIntervalSince1970: TimeInterval(a.members["now"] as? Int ?? 0))
    let signed = try signRequest(request, key: try AccessKey(try a.text("access_key")), now: now)
    let members = [
        "string_to_sign": signed.stringToSign, "x-ms-date": signed.xMsDate,
        "x-ms-content-sha256": signed.xMsContentSha256, "authorization": signed.authorization,
    ]
    return Given(members, of: signed)
}

private func prepare(_ a: Arguments) throws -> Given {
    let made = try prepared(a, try Endpoint.parse(try a.text("endpoint")), try a.text("api_version"))
    let members: Object = [
        "method": made.method.rawValue, "url": made.url, "headers": pairs(made.headers),
        "body": String(decoding: made.body, as: UTF8.self),
        "authentication": made.authentication == .credential ? "credential" : "user_token",
        "retryable": made.retryable == .always ? "always" : "if_not_processed",
    ]
    return Given(members, of: made)
}

private func prepared(_ a: Arguments, _ endpoint: Endpoint, _ version: String) throws -> PreparedRequest {
    switch try a.text("operation") {
    case "create_user":
        return try prepareCreateUser(endpoint: endpoint, apiVersion: version)
    case "create_user_and_token":
        return try prepareCreateUserAndToken(
            endpoint: endpoint, scopes: try a.scopes(), tokenExpiresIn: a.lifetime, apiVersion: version)
    case "get_token":
        return try prepareIssueToken(
            endpoint: endpoint, user: try a.user(), scopes: try a.scopes(), tokenExpiresIn: a.lifetime, apiVersion: version)
    case "revoke_tokens":
        return try prepareRevokeTokens(endpoint: endpoint, user: try a.user(), apiVersion: version)
    case "delete_user":
        return try prepareDeleteUser(endpoint: endpoint, user: try a.user(), apiVersion: version)
    case "get_token_for_teams_user":
        return try prepareExchangeTeamsUser(
            endpoint: endpoint, aadToken: try a.text("aad_token"), clientId: try a.text("client_id"),
            userObjectId: try a.text("user_object_id"), apiVersion: version)
    case "get_token_for_teams_extension_user":
        return try prepareExchangeTeamsExtension(
            endpoint: endpoint, aadToken: try a.text("aad_token"), apiVersion: version)
    case let operation:
        throw Failure(reason: "\(operation) has no request")
    }
}

private func parse(_ a: Arguments) throws -> Given {
    var response = RawResponse(status: a.members["status"] as? Int ?? 0)
    response.headers = try a.headers()
    response.body = Data(try a.text("body").utf8)
    switch try a.text("operation") {
    case "create_user": return Given(try parseCreateUser(response))
    case "create_user_and_token": return Given(try parseCreateUserAndToken(response))
    case "get_token": return Given(try parseIssueToken(response))
    case "revoke_tokens":
        try parseRevokeTokens(response)
        return Given()
    case "delete_user":
        try parseDeleteUser(response)
        return Given()
    case "get_token_for_teams_user": return Given(try parseExchangeTeamsUser(response))
    case "get_token_for_teams_extension_user": return Given(try parseExchangeTeamsExtension(response))
    case let operation: throw Failure(reason: "\(operation) has no response")
    }
}

private func look(_ a: Arguments) throws -> Given {
    let kind = try a.text("expect")
    guard var expected = ["teams_user": Expectations.teamsUser(), "teams_extension": .teamsExtension()][kind] else {
        throw Failure(reason: "there is no expectation \(kind)")
    }
    expected.clientId = a.optional("client_id")
    expected.userObjectId = a.optional("user_object_id")
    expected.tenantId = a.optional("tenant_id")
    if let remaining = a.members["min_remaining_s"] as? Int { expected.minRemaining = .seconds(remaining) }
    let found = try inspect(token: try a.text("token"), expected: expected)
    let outcomes: [Outcome: String] = [.passed: "passed", .failed: "failed", .notChecked: "not_checked"]
    let members: Object = [
        "ok": found.isOk, "checks": found.checks.map { [$0.name.rawValue, outcomes[$0.outcome] ?? "?"] },
        "explanation": orNull(found.firstFailure?.explanation),
    ]
    return Given(members, of: found)
}
