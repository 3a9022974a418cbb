import AcsAuth
import Foundation

/// Returns the same token each time and notes what it is asked for.
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

extension Emulator {
    /// A handler that fits this emulator.
    func makeHandler() throws -> TokenExchangeHandler {
        let settings: [String: JSON] = [
            "connection_string": .text(connectionString), "authority": .text(httpsUrl),
            "api_client_id": .text(apiId), "tenants": .list([.text(tenantId)]),
            "teams_client_ids": .list([.text(spaId)]),
            "root_certificates_pem": .text(String(decoding: try ca, as: UTF8.self)),
        ]
        // Texts and arrays of texts are written in JSON as in TOML.
        let lines = settings.map { "\($0.key) = \($0.value.compact)\n" }
        return try TokenExchangeHandler(settings: try .fromToml(lines.joined()))
    }
}
