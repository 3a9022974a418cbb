import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// No key or token appears in what a program prints, dumps, reflects or logs.
    @Suite struct RedactionTests {
        static let key = "c2VjcmV0LWtleS1vZi10aGUtc3VpdGU="
        static let sealing = "c2VhbGluZy1rZXktb2YtMzItYnl0ZXMtISEhISEhISE="
        static let connectionString = "endpoint=https://contoso.communication.azure.com;accesskey=\(key)"
        static let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl"
        static let secrets = [key, sealing, token, "hunter2"]

        private func allTexts(_ value: Any) -> String {
            var dumped = ""
            dump(value, to: &dumped)
            var texts = ["\(value)", String(reflecting: value), String(describing: value), "\([value])", dumped]
            if let error = value as? any Error { texts.append(error.localizedDescription) }
            return texts.joined(separator: "\n")
        }

        private func values() throws -> [Any] {
            let endpoint = try Endpoint.parse("https://contoso.communication.azure.com")
            let token = AccessToken(token: Self.token, expiresOn: .now)
            var redis = RedisOptions(url: "redis://:hunter2@h", sealingKey: try .fromBase64(Self.sealing))
            redis.password = "hunter2"
            let signable = SignableRequest(method: "POST", url: "https://a.example/", body: Data(Self.token.utf8))
            return [
                token, try AccessKey(Self.key), try SealingKey.fromBase64(Self.sealing),
                try ConnectionString.parse(Self.connectionString),
                try CommunicationIdentityClient(connectionString: Self.connectionString),
                Proxy.url("http://user:hunter2@proxy:1"), redis,
                SettingValue.text("hunter2"), ["redis.sealing_keys": SettingValue.list([Self.sealing])],
                try HandlerSettings(["graph.client_secret": "hunter2", "graph.mapping_keys": .list([Self.sealing])]),
                ClientOptions(clientIdentityPem: Data("hunter2".utf8), proxy: .url("http://user:hunter2@proxy:1")),
                ExchangerOptions(redis: redis, cacheSecret: Data("hunter2".utf8)),
                VerifierOptions(proxy: .url("http://user:hunter2@proxy:1")),
                try HandlerSettings.fromToml("connection_string = \"\(Self.connectionString)\""),
                Header("authorization", "Bearer \(Self.token)"),
                CallOptions(headers: [Header("x-ticket", Self.token)]),
                TransportResponse(status: 200, headers: [Header("set-cookie", "hunter2")], body: Data(Self.token.utf8)),
                ClientOptions(headers: [Header("x-ticket", Self.token)]),
                Request(method: "GET", path: "/?code=hunter2", headers: [Header("authorization", Self.token)]),
                RawResponse(status: 200, headers: [Header("set-cookie", "hunter2")], body: Data(Self.token.utf8)),
                try prepareExchangeTeamsUser(endpoint: endpoint, aadToken: Self.token, clientId: "c", userObjectId: "u"),
                try prepareExchangeTeamsExtension(endpoint: endpoint, aadToken: Self.token),
                signable, [token], ["token": token],
                CommunicationTokenRefreshOptions(initialToken: Self.token) { token },
                try CommunicationTokenCredential(token: Self.token),
                try CommunicationTokenCredential(withOptions: .init(initialToken: Self.token) { token }),
                try inspect(token: Self.token),
            ]
        }

        @Test func aValueDoesNotShowIt() throws {
            for value in try values() {
                let texts = allTexts(value)
                for secret in Self.secrets { #expect(!texts.contains(secret), "\(type(of: value))") }
                // A body may print as its size, but not as its bytes.
                #expect(!texts.contains(Data(Self.token.utf8).base64EncodedString()), "\(type(of: value))")
            }
        }

        @Test func aSignatureIsNotShown() throws {
            let request = SignableRequest(method: "GET", url: "https://a.example/")
            let signed = try signRequest(request, key: try AccessKey(Self.key))
            #expect(!allTexts(signed).contains(String(signed.authorization.suffix(40))))
        }

        @Test func anErrorDoesNotShowIt() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let exchanger = try TeamsTokenExchanger(client: client)
            let (spa, user, token) = (emulator.spaId, emulator.userId, Self.token)
            let bad = "endpoint=ftp://x;accesskey=\(Self.key)"
            let failures: [AcsAuthError] = [
                try await failure {
                    try await client.getTokenForTeamsUser(aadToken: token, clientId: spa, userObjectId: user)
                },
                try await failure { try await client.getTokenForTeamsExtensionUser(aadToken: token) },
                try await failure {
                    try await exchanger.exchange(aadToken: token, clientId: spa, userObjectId: user)
                },
                try failure { try CommunicationIdentityClient(connectionString: bad) },
                try failure { try CommunicationIdentityClient(endpoint: "ftp://x", accessKey: Self.key) },
                try failure { try ConnectionString.parse(bad) },
                try failure { try ConnectionString.parseAllowingInsecure(bad) },
                try failure { try AccessKey("*" + Self.key) },
                try failure { try SealingKey.fromBase64(Self.sealing + "A") },
                try failure { try HandlerSettings.fromToml("no_such_setting = \"\(Self.key)\"") },
                try failure { try TokenExchangeHandler(settings: try HandlerSettings(["connection_string": .text(bad)])) },
                try failure { try HandlerSettings(["no_such_setting": .text(Self.key)]) },
                try failure { try HandlerSettings(["timeout_ms": .text(Self.key)]) },
            ]
            for error in failures {
                for secret in Self.secrets { #expect(!allTexts(error).contains(secret), "\(error.kind)") }
            }
        }

        @Test func theAnswerOfAHandlerDoesNotShowIt() async throws {
            let emulator = try Emulator.fresh()
            let handler = try emulator.makeHandler()
            let response = try await handler.handle(Request(
                method: "POST", path: "/api/token/teams",
                headers: [
                    Header("Authorization", "Bearer \(try emulator.bearer())"),
                    Header("teams-user-aad-token", try emulator.teamsToken()),
                ]))
            #expect(response.status == 201)
            #expect(response.header("Content-Type")?.hasPrefix("application/json") == true)
            guard let token = try JSON.parse(response.body)["token"].text else { throw Failure("no token") }
            #expect(!allTexts(response).contains(token))
        }
    }
}
