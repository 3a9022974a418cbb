import AcsAuth
import Foundation
import TestSupport

/// Runs conformance cases: reads a request per line and prints an answer per line, as tests/conformance/README.md describes.
@main struct Program {
    static func main() async {
        let testee = Testee()
        while let line = readLine() {
            var answer: JSON
            do {
                answer = try await testee.answer(Members(try .parse(Data(line.utf8))))
            } catch {
                answer = ["failure": .text("\(error)")]
            }
            FileHandle.standardOutput.write(Data("\(answer)\n".utf8))
        }
    }
}

/// The members of an object. Members that were not taken are an error, since a testee must ignore nothing.
struct Members {
    private var rest: [String: JSON]

    init(_ object: JSON) {
        rest = object.members
    }

    mutating func take(_ name: String) -> JSON {
        rest.removeValue(forKey: name) ?? .null
    }

    func end() throws {
        guard rest.isEmpty else { throw Failure("unknown members: \(rest.keys.sorted())") }
    }
}

@MainActor final class Testee {
    private var client: CommunicationIdentityClient?
    private var handler: TokenExchangeHandler?
    private var credential: NotingCredential?
    private var user: UserCredential?
    private let responses = Noted<CallResponse>()

    func answer(_ request: Members) async throws -> JSON {
        var (request, answer, printed) = (request, [String: JSON](), [String]())
        responses.forget()
        if request.take("case") != .null { (client, handler, credential, user) = (nil, nil, nil, nil) }
        do {
            let result = try await call(&request)
            answer["result"] = try members(of: result)
            printed = result.map(forms) ?? []
        } catch let error as AcsAuthError {
            answer["error"] = members(of: error)
            printed = forms(error) + [error.localizedDescription]
        }
        let made = (client.map(forms) ?? []) + (handler.map(forms) ?? []) + (user.map { forms($0.credential) } ?? [])
        answer["printed"] = ["outcome": JSON(texts: printed), "made": JSON(texts: made)]
        answer["client"] = client.map {
            [
                "endpoint": .text($0.endpoint.url), "clock_skew_seconds": .number(Int($0.clockSkewSeconds)),
                "asked": .list((credential?.asked ?? []).map(JSON.init(texts:))),
            ]
        }
        answer["user_credential"] = user?.members
        answer["response"] = responses.all.first.map { members(of: $0) }
        return .object(answer)
    }

    private func call(_ request: inout Members) async throws -> (any Sendable)? {
        let (options, toml, settings) = (request.take("client"), request.take("handler").text, request.take("settings"))
        let userOptions = request.take("user_credential")
        let (operation, a) = (request.take("operation").text ?? "", request.take("arguments"))
        let callOptions = CallOptions(
            timeout: milliseconds(request.take("timeout_ms")), clientRequestId: request.take("client_request_id").text,
            headers: headers(request.take("headers")), userAgent: request.take("user_agent").text,
            maxAttempts: request.take("max_attempts").number.map { UInt32($0) },
            attemptTimeout: milliseconds(request.take("attempt_timeout_ms")), onResponse: responses.note)
        try request.end()
        if options != .null { client = try makeClient(Members(options)) }
        if let toml {
            let byName = try HandlerSettings(try settings.members.mapValues { try SettingValue($0) })
            handler = try TokenExchangeHandler(settings: byName.or(try .fromToml(toml)))
        }
        if userOptions != .null { user = try UserCredential(Members(userOptions), client: client) }
        if let result = try await user?.call(operation) { return result }
        if let callWithoutIO = operationsWithoutIO[operation] { return try callWithoutIO(a) }
        if operation == "handle" {
            guard let handler else { throw Failure("there is no handler") }
            return try await handler.handle(
                Request(
                    method: try a.text("method"), path: try a.text("path"), headers: headers(a["headers"]), body: try data(a)))
        }
        guard let client else { throw Failure("there is no client") }
        if operation == "update_access_key" {
            try client.updateAccessKey(try a.text("access_key"), secondaryAccessKey: a["secondary_access_key"].text)
            return nil
        }
        return try await ClientOperation.named(operation).call(client, a, callOptions)
    }

    private func makeClient(_ given: Members) throws -> CommunicationIdentityClient {
        var given = given
        let (connectionString, endpoint) = (given.take("connection_string").text, given.take("endpoint").text)
        let token = given.take("token_credential")
        let options = ClientOptions(
            apiVersion: given.take("api_version").text, applicationId: given.take("application_id").text,
            userAgent: given.take("user_agent").text, headers: headers(given.take("headers")),
            rootCertificatesPem: given.take("root_certificates_pem").text.map { Data($0.utf8) },
            tokenCheck: try tokenCheck(given.take("token_check").text),
            allowInsecureEndpoint: given.take("allow_insecure_endpoint").bool ?? false,
            retryPolicy: given.take("max_attempts").number.map { RetryPolicy(maxAttempts: UInt32($0)) },
            timeout: milliseconds(given.take("timeout_ms")), secondaryAccessKey: given.take("secondary_access_key").text,
            preview: given.take("preview").text.flatMap(PreviewApiVersion.init(rawValue:)))
        try given.end()
        if let connectionString {
            return try CommunicationIdentityClient(connectionString: connectionString, options: options)
        }
        let credential = try NotingCredential(token)
        self.credential = credential
        return try CommunicationIdentityClient(endpoint: endpoint ?? "", credential: credential, options: options)
    }
}

private func tokenCheck(_ name: String?) throws -> TokenCheck? {
    guard let name else { return nil }
    guard let found = TokenCheck.allCases.first(where: { snakeCase($0) == name }) else {
        throw Failure("there is no token_check \(name)")
    }
    return found
}

private func milliseconds(_ number: JSON) -> Duration? {
    number.number.map { .milliseconds($0) }
}

extension SettingValue {
    fileprivate init(_ json: JSON) throws {
        switch json {
        case .text(let text): self = .text(text)
        case .number(let number): self = .number(Int64(number))
        case .bool(let flag): self = .flag(flag)
        case .list: self = .list(json.texts)
        case .null, .real, .object: throw Failure("\(json) is no setting")
        }
    }
}

/// Returns a value in each form in which it can be printed.
private func forms(_ value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(reflecting: value), dumped]
}
