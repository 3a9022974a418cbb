import AcsAuth
import Foundation

/// The calls without I/O: arguments from JSON, results to JSON.
enum PureCalls {
    static func call(_ operation: String, _ arguments: inout Arguments) throws -> [String: JSON]? {
        switch operation {
        case "parse_connection_string": try parseConnectionString(&arguments)
        case "sign_request": try sign(&arguments)
        case "prepare_request": try prepare(&arguments)
        case "parse_response": try parse(&arguments)
        case "inspect": try look(&arguments)
        default: nil
        }
    }

    private static func parseConnectionString(_ a: inout Arguments) throws -> [String: JSON] {
        let text = try a.text("text")
        try a.end()
        return ["endpoint": .text(try ConnectionString.parse(text).endpoint.url)]
    }

    /// Signs what is given, or the request of a vector; the result has the names that vectors have.
    private static func sign(_ a: inout Arguments) throws -> [String: JSON] {
        var given = JSON.object([:])
        if let vector = a.maybe("vector").text {
            given = try JSON.parse(try Repository.data("tests/vectors/\(vector).json"))
        } else {
            let names = ["method", "url", "body_base64", "access_key", "x-ms-date"]
            given = .object(
                Dictionary(uniqueKeysWithValues: try names.map { ($0, try a.take($0)) }))
        }
        try a.end()
        var result = try signed(given)
        result["as_in_vector"] = .bool(result.allSatisfy { given[$0.key] == $0.value })
        return result
    }

    static func signed(_ given: JSON) throws -> [String: JSON] {
        let request = SignableRequest(
            method: given["method"].text ?? "", url: given["url"].text ?? "",
            body: Data(base64Encoded: given["body_base64"].text ?? "") ?? Data())
        let signed = try signRequest(
            request, key: try AccessKey(given["access_key"].text ?? ""), now: try httpDate(given["x-ms-date"].text ?? ""))
        return [
            "string_to_sign": .text(signed.stringToSign), "x-ms-date": .text(signed.xMsDate),
            "x-ms-content-sha256": .text(signed.xMsContentSha256), "authorization": .text(signed.authorization),
        ]
    }

    static func httpDate(_ text: String) throws -> Date {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: text) else { throw Failure("\(text) is no date") }
        return date
    }

    private static func prepare(_ a: inout Arguments) throws -> [String: JSON] {
        let operation = try a.text("operation")
        let endpoint = try Endpoint.parse(try a.text("endpoint"))
        let version = try a.text("api_version")
        let made = try prepared(operation, endpoint, version, &a)
        return [
            "method": .text(made.method.rawValue), "url": .text(made.url),
            "headers": .object(Dictionary(uniqueKeysWithValues: made.headers.map { ($0.name, .text($0.value)) })),
            "body": .text(String(decoding: made.body, as: UTF8.self)),
            "authentication": .text(made.authentication == .credential ? "credential" : "user_token"),
            "repeatable": .text(made.repeatable == .always ? "always" : "if_not_processed"),
        ]
    }

    private static func prepared(
        _ operation: String, _ endpoint: Endpoint, _ version: String, _ a: inout Arguments
    ) throws -> PreparedRequest {
        switch operation {
        case "create_user":
            try a.end()
            return try prepareCreateUser(endpoint: endpoint, apiVersion: version)
        case "create_user_and_token":
            let (scopes, expiry) = try scopes(&a)
            try a.end()
            return try prepareCreateUserAndToken(
                endpoint: endpoint, scopes: scopes, tokenExpiresIn: expiry, apiVersion: version)
        case "get_token":
            let user = try user(&a)
            let (scopes, expiry) = try scopes(&a)
            try a.end()
            return try prepareIssueToken(
                endpoint: endpoint, user: user, scopes: scopes, tokenExpiresIn: expiry, apiVersion: version)
        case "revoke_tokens":
            let user = try user(&a)
            try a.end()
            return try prepareRevokeTokens(endpoint: endpoint, user: user, apiVersion: version)
        case "delete_user":
            let user = try user(&a)
            try a.end()
            return try prepareDeleteUser(endpoint: endpoint, user: user, apiVersion: version)
        case "get_token_for_teams_user":
            let ids = (try a.text("aad_token"), try a.text("client_id"), try a.text("user_object_id"))
            try a.end()
            return try prepareExchangeTeamsUser(
                endpoint: endpoint, aadToken: ids.0, clientId: ids.1, userObjectId: ids.2, apiVersion: version)
        case "get_token_for_teams_extension_user":
            let token = try a.text("aad_token")
            try a.end()
            return try prepareExchangeTeamsExtension(endpoint: endpoint, aadToken: token, apiVersion: version)
        default:
            throw Failure("there is no operation \(operation)")
        }
    }

    static func user(_ a: inout Arguments) throws -> CommunicationUserIdentifier {
        CommunicationUserIdentifier(try a.text("user"))
    }

    static func scopes(_ a: inout Arguments) throws -> ([CommunicationTokenScope], Duration?) {
        let scopes = try a.take("scopes").list.map { CommunicationTokenScope(rawValue: $0.text ?? "") }
        return (scopes, a.maybe("token_expires_in_s").number.map { .seconds(Int64($0)) })
    }

    private static func parse(_ a: inout Arguments) throws -> [String: JSON] {
        let operation = try a.text("operation")
        var response = RawResponse(status: 0)
        if let recording = a.maybe("recording").text {
            let recorded = try JSON.parse(try Repository.data("tests/recordings/\(recording).json"))
            response.status = recorded["status"].number ?? 0
            response.headers = headers(recorded["response_headers"])
            response.body = recorded["response_body"] == .null ? Data() : Data(recorded["response_body"].compact.utf8)
        } else {
            response.status = try a.take("status").number ?? 0
            response.headers = headers(try a.take("headers"))
            response.body = Data(try a.text("body").utf8)
        }
        try a.end()
        return switch operation {
        case "create_user": result(try parseCreateUser(response))
        case "create_user_and_token": result(try parseCreateUserAndToken(response))
        case "get_token": result(try parseIssueToken(response))
        case "revoke_tokens": try { try parseRevokeTokens(response); return [:] }()
        case "delete_user": try { try parseDeleteUser(response); return [:] }()
        case "get_token_for_teams_user": result(try parseExchangeTeamsUser(response))
        case "get_token_for_teams_extension_user": result(try parseExchangeTeamsExtension(response))
        default: throw Failure("there is no operation \(operation)")
        }
    }

    /// An object by name, or a list of pairs.
    static func headers(_ value: JSON) -> [Header] {
        value.members.map { Header($0.key, $0.value.text ?? "") }
            + value.list.map { Header($0.list[0].text ?? "", $0.list[1].text ?? "") }
    }

    static func result(_ user: CommunicationUserIdentifier) -> [String: JSON] {
        ["id": .text(user.id)]
    }

    static func result(_ token: AccessToken) -> [String: JSON] {
        ["token": .text(token.token), "expires_on": .number(Int(token.expiresOn.timeIntervalSince1970))]
    }

    static func result(_ both: CommunicationUserToken) -> [String: JSON] {
        result(both.user).merging(result(both.token)) { $1 }
    }

    private static func look(_ a: inout Arguments) throws -> [String: JSON] {
        let kind = try a.text("expect")
        guard var expected = ["teams_user": Expectations.teamsUser(), "teams_extension": .teamsExtension()][kind] else {
            throw Failure("there is no expectation \(kind)")
        }
        expected.clientId = a.maybe("client_id").text
        expected.userObjectId = a.maybe("user_object_id").text
        expected.tenantId = a.maybe("tenant_id").text
        if let remaining = a.maybe("min_remaining_s").number { expected.minRemaining = .seconds(Int64(remaining)) }
        let token = try a.text("token")
        try a.end()
        let found = try inspect(token: token, expected: expected)
        func of(_ outcome: Outcome) -> JSON {
            .list(found.checks.filter { $0.outcome == outcome }.map { .text($0.name.rawValue) })
        }
        return [
            "ok": .bool(found.isOk), "passed": of(.passed), "failed": of(.failed), "not_checked": of(.notChecked),
            "explanation": JSON(found.firstFailure?.explanation),
        ]
    }
}
