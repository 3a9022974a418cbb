import AcsAuth
import Foundation

/// Gives the same token each time and notes what it is asked for.
final class NotingCredential: TokenCredential, @unchecked Sendable {
    private let lock = NSLock()
    private let token: AccessToken
    private var scopes: [[String]] = []

    init(_ token: AccessToken) {
        self.token = token
    }

    var asked: [[String]] {
        lock.withLock { scopes }
    }

    func getToken(scopes: [String]) async throws -> AccessToken {
        lock.withLock { self.scopes.append(scopes) }
        return token
    }
}

/// The calls of a client and of a handler: how they are made, and what is called.
enum ClientCalls {
    /// The client of a case, and its token credential.
    static func makeClient(
        _ given: JSON, _ scope: Scope, _ emulator: Emulator
    ) throws -> (CommunicationIdentityClient, NotingCredential?) {
        let transports = ["http": false, "https": true]
        guard let isHttps = transports[given["transport"].text ?? "http"] else { throw Failure("no such transport") }
        var options = ClientOptions()
        if given["trust_ca"] != .bool(false) { options.rootCertificatesPem = try emulator.ca }
        if let allow = given["allow_insecure_endpoint"].bool { options.allowInsecureEndpoint = allow }
        options.apiVersion = given["api_version"].text
        options.applicationId = given["application_id"].text
        if let preflight = given["preflight"].text {
            options.preflight = ["off": .off, "warn": .warn, "enforce": .enforce][preflight]
            try require(options.preflight != nil, "there is no pre-flight \(preflight)")
        }
        options.timeout = given["timeout_ms"].number.map { .milliseconds($0) }
        options.retryPolicy = given["max_attempts"].number.map { RetryPolicy(maxAttempts: UInt32($0)) }
        if let key = given.members["secondary_access_key"] {
            options.secondaryAccessKey = try scope.fill(key).text
        }
        if let credential = given["token_credential"].members["token"] {
            let lifetime = given["token_credential"]["expires_in_s"].number ?? 0
            let token = AccessToken(
                token: try scope.fill(credential).text ?? "", expiresOn: .now + TimeInterval(lifetime))
            let noting = NotingCredential(token)
            let client = try CommunicationIdentityClient(
                endpoint: isHttps ? emulator.httpsUrl : emulator.httpUrl, credential: noting, options: options)
            return (client, noting)
        }
        let usual = isHttps ? emulator.connectionString : emulator.connectionStringHttp
        let text = try scope.fill(given.members["connection_string"] ?? .text(usual)).text ?? ""
        return (try CommunicationIdentityClient(connectionString: text, options: options), nil)
    }

    static func call(
        _ client: CommunicationIdentityClient, _ call: JSON, _ a: inout Arguments
    ) async throws -> [String: JSON] {
        let options = CallOptions(
            timeout: call["timeout_ms"].number.map { .milliseconds($0) },
            clientRequestId: call["client_request_id"].text)
        let operation = call["operation"].text ?? ""
        switch operation {
        case "create_user":
            try a.end()
            return PureCalls.result(try await client.createUser(options: options))
        case "create_user_and_token":
            let (scopes, expiry) = try PureCalls.scopes(&a)
            try a.end()
            return PureCalls.result(
                try await client.createUserAndToken(scopes: scopes, tokenExpiresIn: expiry, options: options))
        case "get_token":
            let user = try PureCalls.user(&a)
            let (scopes, expiry) = try PureCalls.scopes(&a)
            try a.end()
            return PureCalls.result(
                try await client.getToken(for: user, scopes: scopes, tokenExpiresIn: expiry, options: options))
        case "revoke_tokens":
            let user = try PureCalls.user(&a)
            try a.end()
            try await client.revokeTokens(of: user, options: options)
            return [:]
        case "delete_user":
            let user = try PureCalls.user(&a)
            try a.end()
            try await client.deleteUser(user, options: options)
            return [:]
        case "update_access_key":
            let (primary, secondary) = (try a.text("access_key"), a.maybe("secondary_access_key").text)
            try a.end()
            try client.updateAccessKey(primary, secondaryAccessKey: secondary)
            return [:]
        case "get_token_for_teams_user":
            let ids = (try a.text("aad_token"), try a.text("client_id"), try a.text("user_object_id"))
            try a.end()
            return PureCalls.result(
                try await client.getTokenForTeamsUser(
                    aadToken: ids.0, clientId: ids.1, userObjectId: ids.2, options: options))
        case "get_token_for_teams_extension_user":
            let token = try a.text("aad_token")
            try a.end()
            return PureCalls.result(
                try await client.getTokenForTeamsExtensionUser(aadToken: token, options: options))
        default:
            throw Failure("there is no operation \(operation)")
        }
    }

    static func makeHandler(_ given: JSON, _ scope: Scope, _ emulator: Emulator) throws -> TokenExchangeHandler {
        let fitting: [String: JSON] = [
            "connection_string": .text(emulator.connectionString), "authority": .text(emulator.httpsUrl),
            "api_client_id": .text(emulator.apiId), "tenants": .list([.text(emulator.tenantId)]),
            "teams_client_ids": .list([.text(emulator.spaId)]),
            "root_certificates_pem": .text(String(decoding: try emulator.ca, as: UTF8.self)),
        ]
        let settings = fitting.merging(try scope.fill(given).members) { $1 }
        // Texts, numbers, booleans and arrays of texts are written in JSON as in TOML.
        let lines = settings.filter { $0.value != .null }.map { "\($0.key) = \($0.value.compact)\n" }
        return try TokenExchangeHandler(settings: try .fromToml(lines.joined()))
    }

    static func call(_ handler: TokenExchangeHandler, _ a: inout Arguments) async throws -> [String: JSON] {
        let request = Request(
            method: try a.text("method"), path: try a.text("path"), headers: PureCalls.headers(a.maybe("headers")),
            body: Data((a.maybe("body").text ?? "").utf8))
        try a.end()
        let response = try await handler.handle(request)
        let headers = response.headers.map { ($0.name, JSON.text($0.value)) }
        return [
            "status": .number(response.status), "headers": .object(Dictionary(headers) { first, _ in first }),
            "body": .text(String(decoding: response.body, as: UTF8.self)),
            "json": (try? JSON.parse(response.body)) ?? .null,
        ]
    }
}
