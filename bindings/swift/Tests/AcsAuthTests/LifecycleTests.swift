import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// Objects are created, shared and released, and the library is shut down.
    @Suite struct LifecycleTests {
        private func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }

        private func resident() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.components(separatedBy: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            return Int(line.filter(\.isNumber)) ?? 0
        }

        @Test func manyTasksShareAClient() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<300 { group.addTask { try await client.createUser().id } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 300)
        }

        @Test func anExchangerSurvivesItsClient() async throws {
            let emulator = try Emulator.fresh()
            let exchanger = try TeamsTokenExchanger(
                client: CommunicationIdentityClient(connectionString: emulator.connectionStringHttp))
            let token = try await exchanger.exchange(
                aadToken: try emulator.teamsToken(), clientId: emulator.spaId, userObjectId: emulator.userId)
            #expect(token.expiresOn > .now)
        }

        @Test func leavingAClientDoesNotEndWhatIsUnderWay() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("create_user"), "latency_ms": .number(500)]))
            var client: CommunicationIdentityClient? = try .init(connectionString: emulator.connectionStringHttp)
            let task = Task { [client] in try await client?.createUser() }
            client = nil
            #expect(try await task.value?.id.hasPrefix("8:acs:") == true)
        }

        @Test func tenThousandClientsAreLetGo() throws {
            func make(_ count: Int) throws {
                for _ in 0..<count {
                    _ = try CommunicationIdentityClient(connectionString: RedactionTests.connectionString)
                }
            }
            try make(200)
            let before = (try resident(), try descriptors())
            try make(10_000)
            #expect(try resident() - before.0 < 50_000, "kB of memory")
            #expect(try descriptors() - before.1 < 10)
        }

        @Test func callsLeaveNothingBehind() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            func call(_ count: Int) async throws {
                for _ in 0..<count { _ = try await client.createUser() }
            }
            try await call(300)
            let before = (try resident(), try descriptors())
            try await call(2_000)
            #expect(try resident() - before.0 < 20_000, "kB of memory")
            #expect(try descriptors() - before.1 < 10)
        }

        @Test func aShutdownCancelsAndEverythingWorksAfterwards() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("create_user"), "latency_ms": .number(20_000)]))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let task = Task { try await client.createUser() }
            try await waitUntil("no request arrived") { try !emulator.requests("create_user").isEmpty }
            try AcsAuthLibrary.shutdown()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            #expect(try await client.createUser().id.hasPrefix("8:acs:"))
        }

        /// An object can be passed as an argument after a shutdown, too.
        @Test func whatWasMadeBeforeAShutdownIsAnArgumentStill() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let before = try TeamsTokenExchanger(client: client)
            try AcsAuthLibrary.shutdown()
            let token = try emulator.teamsToken()
            for exchanger in [before, try TeamsTokenExchanger(client: client)] {
                let exchanged = try await exchanger.exchange(
                    aadToken: token, clientId: emulator.spaId, userObjectId: emulator.userId)
                #expect(exchanged.expiresOn > .now)
            }
        }

        @Test func settingsComeFromVariables() async throws {
            let emulator = try Emulator.fresh()
            let given = [
                "ACS_AUTH_CONNECTION_STRING": emulator.connectionString, "ACS_AUTH_AUTHORITY": emulator.httpsUrl,
                "ACS_AUTH_API_CLIENT_ID": emulator.apiId, "ACS_AUTH_TEAMS_CLIENT_IDS": emulator.spaId,
                "ACS_AUTH_ROOT_CERTIFICATES_PEM": String(decoding: try emulator.ca, as: UTF8.self),
            ]
            let tenants = try HandlerSettings.fromToml("tenant_ids = [\"\(emulator.tenantId)\"]")
            let settings = try HandlerSettings.fromEnv { given[$0] }.or(tenants)
            let handler = try TokenExchangeHandler(settings: settings)
            #expect(try await handler.handle(Request(method: "GET", path: "/healthz")).status == 200)
            #expect(Set(HandlerSettings.names.flatMap(\.environment)).isSuperset(of: given.keys))
        }

        @Test func theScopesOfMicrosoftsSampleAreLookedUp() throws {
            let asked = Noted<String>()
            _ = try HandlerSettings.fromEnv { name in
                asked.note(name)
                return nil
            }
            #expect(Set(asked.all).isSuperset(of: ["CommunicationServices__Scopes__0", "CommunicationServices__Scopes__1"]))
        }

        @Test func settingsAreSetByName() async throws {
            let emulator = try Emulator.fresh()
            let settings = try HandlerSettings([
                "connection_string": .text(emulator.connectionString), "authority": "\(emulator.httpsUrl)",
                "api_client_id": .text(emulator.apiId), "tenant_ids": [emulator.tenantId],
                "teams_client_ids": .list([emulator.spaId]), "limit_per_user": 5, "http2": false,
                "timeout_ms": .duration(.seconds(5)),
                "root_certificates_pem": .text(String(decoding: try emulator.ca, as: UTF8.self)),
            ])
            let handler = try TokenExchangeHandler(settings: settings, cloud: .custom(authority: emulator.httpsUrl))
            #expect(try await handler.handle(Request(method: "GET", path: "/healthz")).status == 200)
            let bad: [(String, SettingValue)] = [
                ("time_out_ms", 5), ("timeout_ms", "5"), ("timeout_ms", -5), ("timeout_ms", .duration(.seconds(-5))),
                ("cache_bytes", .duration(.seconds(5))), ("http2", 1), ("tenant_ids", "x"), ("cloud", ["x"]),
            ]
            for (name, value) in bad {
                let error = try failure { try HandlerSettings([name: value]) }
                #expect(error.kind == .invalidArgument)
                #expect(error.target == name)
            }
        }

        @Test func keysOfACacheOfOnesOwn() throws {
            let endpoint = try Endpoint.parse("https://contoso.communication.azure.com")
            func key(_ token: String) throws -> CacheKey {
                try cacheKey(
                    secret: Data(repeating: 1, count: 32), cloud: .public, endpoint: endpoint, accessKey: nil, aadToken: token,
                    clientId: "c", userObjectId: "u")
            }
            let (one, same, other) = (try key("a"), try key("a"), try key("b"))
            #expect(one == same && one != other && one.entry.count == 32)
        }

        @Test func aVerifierSaysWhoCallsAndWhoMayNot() async throws {
            let emulator = try Emulator.fresh()
            func verifier(_ clients: [String]) throws -> TokenVerifier {
                try TokenVerifier(options: VerifierOptions(
                    tenantIds: [emulator.tenantId], audiences: [emulator.apiId], allowedClientIds: clients,
                    cloud: .custom(authority: emulator.httpsUrl), rootCertificatesPem: try emulator.ca))
            }
            let good = try verifier([emulator.spaId])
            let caller = try await good.verify(try emulator.bearer())
            #expect((caller.objectId, caller.tenantId, caller.clientId) == (emulator.userId, emulator.tenantId, emulator.spaId))
            #expect(caller.expiresOn > .now)
            #expect(try await good.keysReachable())
            #expect(try await failure { try await good.verify("eyJ.no.token") }.kind == .unauthorized)
            let strict = try verifier(["11111111-1111-1111-1111-111111111111"])
            let refused = try await failure { try await strict.verify(try emulator.bearer()) }
            #expect([.forbidden, .unauthorized].contains(refused.kind))
        }
    }
}
