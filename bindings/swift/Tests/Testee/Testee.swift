import AcsAuth
import Foundation
import TestSupport

/// A request a line in, an answer a line out: tests/conformance/README.md describes both.
@main struct Program {
    static func main() async {
        let testee = Testee()
        while let line = readLine() {
            var answer: Object
            do {
                answer = try await testee.answer(try object(JSONSerialization.jsonObject(with: Data(line.utf8))))
            } catch {
                answer = ["failure": "\(error)"]
            }
            // Every value here is one of JSON's.
            let written = try? JSONSerialization.data(withJSONObject: answer)
            FileHandle.standardOutput.write((written ?? Data("no JSON".utf8)) + Data("\n".utf8))
        }
    }
}

typealias Object = [String: Any]

/// What the testee cannot do.
struct Failure: Error {
    let reason: String
}

func object(_ value: Any?) throws -> Object {
    guard let members = value as? Object else { throw Failure(reason: "no object") }
    return members
}

/// The value of a setting, as JSON has it: a number is no boolean there.
struct SettingInJSON: Decodable {
    let value: SettingValue

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let flag = try? single.decode(Bool.self) {
            value = .flag(flag)
        } else if let number = try? single.decode(Int64.self) {
            value = .number(number)
        } else if let text = try? single.decode(String.self) {
            value = .text(text)
        } else {
            value = .list(try single.decode([String].self))
        }
    }
}

func settings(_ given: Any?) throws -> HandlerSettings {
    let json = try JSONSerialization.data(withJSONObject: given ?? Object())
    return try HandlerSettings(try JSONDecoder().decode([String: SettingInJSON].self, from: json).mapValues(\.value))
}

func orNull(_ value: Any?) -> Any {
    value ?? NSNull()
}

/// The forms in which a value is printed.
func forms(_ value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(reflecting: value), dumped]
}

/// A result as cases compare it, with what is printed of it.
struct Given {
    let members: Object
    let printed: [String]

    init(_ members: Object = [:], of value: Any? = nil) {
        self.members = members
        printed = value.map(forms) ?? []
    }

    init(_ user: CommunicationUserIdentifier) {
        self.init(["id": user.id], of: user)
    }

    init(_ token: AccessToken) {
        self.init(["token": token.token, "expires_on": Int(token.expiresOn.timeIntervalSince1970)], of: token)
    }

    init(_ both: CommunicationUserToken) {
        let (user, token) = (Given(both.user), Given(both.token))
        self.init(user.members.merging(token.members) { $1 }, of: both)
    }
}

@MainActor final class Testee {
    private var client: CommunicationIdentityClient?
    private var handler: TokenExchangeHandler?
    private var credential: NotingCredential?

    func answer(_ request: Object) async throws -> Object {
        if request["case"] != nil { (client, handler, credential) = (nil, nil, nil) }
        var answer: Object = [:]
        var outcome: [String]
        do {
            let given = try await call(request)
            (answer["result"], outcome) = (given.members, given.printed)
        } catch let error as AcsAuthError {
            (answer["error"], outcome) = (fields(error), forms(error) + [error.localizedDescription])
        }
        let made = (client.map(forms) ?? []) + (handler.map(forms) ?? [])
        answer["printed"] = ["outcome": outcome, "made": made]
        if let client {
            answer["client"] = [
                "endpoint": client.endpoint.url, "clock_skew_seconds": Int(client.clockSkewSeconds),
                "asked": credential?.asked ?? [],
            ]
        }
        return answer
    }

    private func fields(_ error: AcsAuthError) -> Object {
        [
            "kind": error.kind.name, "value": Int(error.kind.value), "status": orNull(error.status),
            "code": orNull(error.code), "target": orNull(error.target), "reason": error.reason,
            "retry_after_ms": orNull(error.retryAfter.map { Int(($0 / .milliseconds(1)).rounded()) }),
            "client_request_id": orNull(error.clientRequestId), "ms_cv": orNull(error.msCv),
        ]
    }

    private func makeClient(_ given: Object) throws -> CommunicationIdentityClient {
        var options = ClientOptions()
        options.rootCertificatesPem = (given["root_certificates_pem"] as? String).map { Data($0.utf8) }
        if let allow = given["allow_insecure_endpoint"] as? Bool { options.allowInsecureEndpoint = allow }
        options.apiVersion = given["api_version"] as? String
        options.applicationId = given["application_id"] as? String
        options.secondaryAccessKey = given["secondary_access_key"] as? String
        if let tokenCheck = given["token_check"] as? String {
            options.tokenCheck = ["off": .off, "warn": .warn, "enforce": .enforce][tokenCheck]
        }
        options.timeout = (given["timeout_ms"] as? Int).map { .milliseconds($0) }
        options.retryPolicy = (given["max_attempts"] as? Int).map { RetryPolicy(maxAttempts: UInt32($0)) }
        guard let endpoint = given["endpoint"] as? String else {
            return try CommunicationIdentityClient(
                connectionString: given["connection_string"] as? String ?? "", options: options)
        }
        let credential = try object(given["token_credential"])
        let lifetime = TimeInterval(credential["expires_in_s"] as? Int ?? 0)
        let token = AccessToken(token: credential["token"] as? String ?? "", expiresOn: .now + lifetime)
        let noting = NotingCredential(token)
        self.credential = noting
        return try CommunicationIdentityClient(endpoint: endpoint, credential: noting, options: options)
    }

    private func call(_ request: Object) async throws -> Given {
        if let given = request["client"] { client = try makeClient(try object(given)) }
        if let toml = request["handler"] as? String {
            handler = try TokenExchangeHandler(settings: try settings(request["settings"]).or(try .fromToml(toml)))
        }
        let a = Arguments(members: try object(request["arguments"]))
        let operation = request["operation"] as? String ?? ""
        if let given = try callWithoutIO(operation, a) { return given }
        if operation == "handle" {
            guard let handler else { throw Failure(reason: "there is no handler") }
            let sent = Request(
                method: try a.text("method"), path: try a.text("path"), headers: try a.headers(),
                body: Data(try a.text("body").utf8))
            let response = try await handler.handle(sent)
            let body = String(decoding: response.body, as: UTF8.self)
            return Given(["status": response.status, "headers": pairs(response.headers), "body": body], of: response)
        }
        guard let client else { throw Failure(reason: "there is no client") }
        let options = CallOptions(
            timeout: (request["timeout_ms"] as? Int).map { .milliseconds($0) },
            clientRequestId: request["client_request_id"] as? String)
        switch operation {
        case "create_user":
            return Given(try await client.createUser(options: options))
        case "create_user_and_token":
            return Given(
                try await client.createUserAndToken(scopes: try a.scopes(), tokenExpiresIn: a.lifetime, options: options))
        case "get_token":
            return Given(
                try await client.getToken(
                    for: try a.user(), scopes: try a.scopes(), tokenExpiresIn: a.lifetime, options: options))
        case "revoke_tokens":
            try await client.revokeTokens(of: try a.user(), options: options)
            return Given()
        case "delete_user":
            try await client.deleteUser(try a.user(), options: options)
            return Given()
        case "update_access_key":
            try client.updateAccessKey(try a.text("access_key"), secondaryAccessKey: a.optional("secondary_access_key"))
            return Given()
        case "get_token_for_teams_user":
            return Given(
                try await client.getTokenForTeamsUser(
                    aadToken: try a.text("aad_token"), clientId: try a.text("client_id"),
                    userObjectId: try a.text("user_object_id"), options: options))
        case "get_token_for_teams_extension_user":
            return Given(
                try await client.getTokenForTeamsExtensionUser(aadToken: try a.text("aad_token"), options: options))
        default:
            throw Failure(reason: "there is no operation \(operation)")
        }
    }
}
