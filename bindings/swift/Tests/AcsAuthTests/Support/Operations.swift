import AcsAuth
import Foundation
import TestSupport
import Testing

/// An operation, to be called with text arguments by their names.
struct Operation: Sendable, CustomTestStringConvertible {
    typealias Texts = @Sendable (String) -> String

    let name: String
    /// The names of its text arguments.
    let arguments: [String]
    /// Whether it takes `CallOptions`.
    var takesOptions = false
    let call: @Sendable (Objects, Texts, CallOptions) async throws -> Sendable?

    var testDescription: String { name }

    static let ofClients = ClientOperation.all.map { operation in
        Operation(name: operation.name, arguments: operation.texts, takesOptions: true) { objects, text, options in
            var given = Dictionary(uniqueKeysWithValues: operation.texts.map { ($0, JSON.text(text($0))) })
            if let scope = given["scopes"] {
                given["scopes"] = [.text("chat"), scope]
                given["token_expires_in_s"] = .number(7_200)
            }
            if let clientId = given["client_ids"] { given["client_ids"] = [clientId] }
            return try await operation.call(try objects.client, .object(given), options)
        }
    }

    static let all = ofClients + [
        Operation(name: "exchange", arguments: ["aad_token", "client_id", "user_object_id"]) {
            try await $0.exchanger.exchange(
                aadToken: $1("aad_token"), clientId: $1("client_id"), userObjectId: $1("user_object_id"), timeout: $2.timeout)
        },
        Operation(name: "exchange_teams_extension", arguments: ["aad_token"]) {
            try await $0.exchanger.exchangeTeamsExtension(aadToken: $1("aad_token"), timeout: $2.timeout)
        },
        Operation(name: "sign_out", arguments: ["tenant_id", "user_object_id"]) { objects, text, _ in
            try await objects.exchanger.signOut(tenantId: text("tenant_id"), userObjectId: text("user_object_id"))
            return nil
        },
        Operation(name: "is_cache_reachable", arguments: []) { objects, _, _ in
            try await objects.exchanger.isCacheReachable()
        },
        Operation(name: "verify", arguments: ["bearer_token"]) { objects, text, _ in
            try await objects.verifier.verify(text("bearer_token"))
        },
        Operation(name: "keys_reachable", arguments: []) { objects, _, _ in try await objects.verifier.keysReachable() },
        Operation(name: "handle", arguments: []) { objects, text, _ in
            let headers = [
                Header("authorization", "Bearer \(text("bearer_token"))"), Header("teams-user-aad-token", text("aad_token")),
            ]
            return try await objects.handler.handle(Request(method: "POST", path: "/api/token/teams", headers: headers))
        },
    ]

    static func named(_ name: String) -> Operation {
        all.first { $0.name == name }!
    }

    /// Returns valid texts for all arguments.
    static func texts(_ emulator: Emulator) throws -> Texts {
        let good = [
            "user": "8:acs:none", "scopes": "voip", "aad_token": try emulator.teamsToken(), "client_id": emulator.spaId,
            "user_object_id": emulator.userId, "tenant_id": emulator.tenantId, "bearer_token": try emulator.bearer(),
            "object_id": emulator.userId, "principal_type": "user", "client_ids": emulator.spaId, "custom_id": "customer-42",
        ]
        return { good[$0]! }
    }

    /// Returns valid texts, with the kind of Entra token that this operation takes.
    func goodTexts(_ emulator: Emulator) throws -> Texts {
        let good = try Operation.texts(emulator)
        guard name == "exchange_teams_extension" else { return good }
        let token = try emulator.teamsToken(["kind": "teams_extension"])
        return { $0 == "aad_token" ? token : good($0) }
    }
}

/// The objects that operations are called on. Each is created when it is needed, and held only by its call.
struct Objects: Sendable {
    let emulator: Emulator
    /// The exchanger's Redis.
    var redis: RedisOptions?

    var client: CommunicationIdentityClient {
        get throws {
            try CommunicationIdentityClient(
                connectionString: emulator.connectionStringHttp, options: .init(preview: .v2025_03_02Preview))
        }
    }

    var exchanger: TeamsTokenExchanger {
        get throws {
            let secret = redis.map { _ in Data(repeating: 7, count: 32) }
            return try TeamsTokenExchanger(client: client, options: ExchangerOptions(redis: redis, cacheSecret: secret))
        }
    }

    var verifier: TokenVerifier {
        get throws {
            try TokenVerifier(options: VerifierOptions(
                tenantIds: [emulator.tenantId], audiences: [emulator.apiId], allowedClientIds: [emulator.spaId],
                cloud: .custom(authority: emulator.httpsUrl), rootCertificatesPem: try emulator.ca))
        }
    }

    var handler: TokenExchangeHandler {
        get throws { try emulator.makeHandler() }
    }
}

/// A server that accepts connections and never responds.
final class SilentServer {
    private let socket: Int32
    let port: UInt16

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 100) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw Failure("listening: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(socket)
    }
}
