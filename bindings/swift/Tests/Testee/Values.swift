import AcsAuth
import Foundation
import TestSupport

/// The operations without I/O.
let operationsWithoutIO: [String: @Sendable (JSON) throws -> (any Sendable)?] = [
    "parse_connection_string": { try ConnectionString.parse(try $0.text("text")) },
    "sign_request": { a in
        let request = SignableRequest(method: try a.text("method"), url: try a.text("url"), body: try data(a))
        let now = Date(timeIntervalSince1970: TimeInterval(a["now"].number ?? 0))
        return try signRequest(request, key: try AccessKey(try a.text("access_key")), now: now)
    },
    "prepare_request": { a in
        let endpoint = try Endpoint.parse(try a.text("endpoint"))
        let operation = try ClientOperation.named(try a.text("operation"))
        return try operation.prepare(endpoint, a, try a.text("api_version"))
    },
    "parse_response": { a in
        let response = RawResponse(status: a["status"].number ?? 0, headers: headers(a["headers"]), body: try data(a))
        let operation = try ClientOperation.named(try a.text("operation"))
        return try operation.parse(response)
    },
    "inspect": { a in
        let known = [
            "teams_user": Expectations.teamsUser(), "teams_extension": .teamsExtension(), "entra_user": .entraUser(),
        ]
        guard var expected = known[try a.text("expect")] else { throw Failure("there is no such expectation") }
        expected.clientId = a["client_id"].text
        expected.userObjectId = a["user_object_id"].text
        expected.tenantId = a["tenant_id"].text
        if let remaining = a["min_remaining_s"].number { expected.minRemaining = .seconds(remaining) }
        return try inspect(token: try a.text("token"), expected: expected)
    },
    "identifier_from_raw_id": { CommunicationIdentifier.fromRawId(try $0.text("raw_id")) },
    "make_identifier": { try identifier($0) },
]

func headers(_ pairs: JSON) -> [Header] {
    pairs.list.map { Header($0.texts[0], $0.texts[1]) }
}

func data(_ a: JSON) throws -> Data {
    Data(try a.text("body").utf8)
}

/// Returns the name of an enum's case as other languages have it.
func snakeCase(_ value: Any) -> String {
    "\(value)".reduce("") { $0 + ($1.isUppercase ? "_" : "") + $1.lowercased() }
}

/// Returns a result as cases compare it.
func members(of result: Any?) throws -> JSON {
    switch result {
    case nil: return [:]
    case let user as CommunicationUserIdentifier: return ["id": .text(user.id)]
    case let token as AccessToken:
        return ["token": .text(token.token), "expires_on": .number(Int(token.expiresOn.timeIntervalSince1970))]
    case let both as CommunicationUserToken:
        return .object(try members(of: both.user).members.merging(try members(of: both.token).members) { $1 })
    case let detail as CommunicationUserDetail:
        let issued = detail.lastTokenIssuedAt.map { Int($0.timeIntervalSince1970) }
        return [
            "id": .text(detail.user.id), "custom_id": JSON(detail.customId), "last_token_issued_at": JSON(issued),
        ]
    case let assignment as TeamsExtensionAssignment:
        return [
            "tenant_id": .text(assignment.tenantId), "object_id": .text(assignment.objectId),
            "principal_type": .text(assignment.principalType.rawValue), "client_ids": JSON(texts: assignment.clientIds),
        ]
    case let parsed as ConnectionString: return ["endpoint": .text(parsed.endpoint.url)]
    case let signed as SignedHeaders:
        let headers = signed.headers.map { ($0.name, JSON.text($0.value)) }
        return .object(Dictionary(headers + [("string_to_sign", .text(signed.stringToSign))]) { $1 })
    case let request as PreparedRequest:
        return [
            "method": .text(request.method.rawValue), "url": .text(request.url), "headers": pairs(request.headers),
            "body": text(request.body), "authentication": .text(snakeCase(request.authentication)),
            "retryable": .text(snakeCase(request.retryable)),
        ]
    case let response as Response:
        return ["status": .number(response.status), "headers": pairs(response.headers), "body": text(response.body)]
    case let found as Inspection:
        return [
            "ok": .bool(found.isOk), "explanation": JSON(found.firstFailure?.explanation),
            "checks": .list(found.checks.map { JSON(texts: [$0.name.rawValue, snakeCase($0.outcome)]) }),
        ]
    case let identifier as CommunicationIdentifier: return members(of: identifier)
    default: throw Failure("a result of another type: \(type(of: result))")
    }
}

func members(of response: CallResponse) -> JSON {
    [
        "status": .number(response.status), "headers": pairs(response.headers),
        "client_request_id": .text(response.clientRequestId), "attempts": .number(response.attempts),
    ]
}

func members(of error: AcsAuthError) -> JSON {
    [
        "kind": .text(error.kind.name), "value": .number(Int(error.kind.value)), "status": JSON(error.status),
        "code": JSON(error.code), "target": JSON(error.target), "reason": .text(error.reason),
        "retry_after_ms": JSON(error.retryAfter.map { Int(($0 / .milliseconds(1)).rounded()) }),
        "client_request_id": JSON(error.clientRequestId), "ms_cv": JSON(error.msCv),
    ]
}

private func pairs(_ headers: [Header]) -> JSON {
    .list(headers.map { JSON(texts: [$0.name, $0.value]) })
}

private func text(_ data: Data) -> JSON {
    .text(String(decoding: data, as: UTF8.self))
}
