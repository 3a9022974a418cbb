import AcsAuth
import Foundation
import Testing

extension AllTests {
    /// A task that is cancelled cancels its call: the call ends at once, and nothing goes on behind its back.
    @Suite struct CancellationTests {
        static let operations = ["exchange", "client", "handler", "verifier"]

        private func begin(_ operation: String, _ emulator: Emulator) throws -> Task<Void, any Error> {
            let (token, spa, user) = (try emulator.teamsToken(), emulator.spaId, emulator.userId)
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            switch operation {
            case "client":
                return Task {
                    _ = try await client.getTokenForTeamsUser(aadToken: token, clientId: spa, userObjectId: user)
                }
            case "exchange":
                let exchanger = try TeamsTokenExchanger(client: client)
                return Task { _ = try await exchanger.exchange(aadToken: token, clientId: spa, userObjectId: user) }
            case "handler":
                let handler = try emulator.makeHandler()
                let headers = [
                    Header("authorization", "Bearer \(try emulator.bearer())"), Header("teams-user-aad-token", token),
                ]
                return Task {
                    _ = try await handler.handle(Request(method: "POST", path: "/api/token/teams", headers: headers))
                }
            default:
                let verifier = try TokenVerifier(options: VerifierOptions(
                    tenantIds: [emulator.tenantId], audiences: [emulator.apiId], allowedClientIds: [spa],
                    cloud: .custom(authority: emulator.httpsUrl), rootCertificatesPem: try emulator.ca))
                let bearer = try emulator.bearer()
                return Task { _ = try await verifier.verify(bearer) }
            }
        }

        @Test(arguments: operations)
        func cancellingATaskCancelsItsCall(_ operation: String) async throws {
            let emulator = try Emulator.fresh()
            let slow: JSON = .object(["latency_ms": .number(20_000), "count": .number(9)])
            let name = operation == "verifier" ? "entra" : "exchange_teams_user"
            try emulator.spoil(.object(slow.members.merging(["operation": .text(name)]) { $1 }))
            let task = try begin(operation, emulator)
            try await Task.sleep(for: .milliseconds(300))
            let started = ContinuousClock.now
            task.cancel()
            let error = try await failure { try await task.value }
            #expect(error.kind == .cancelled)
            #expect(ContinuousClock.now - started < .seconds(5))
        }

        @Test func nothingIsTriedAgainBehindItsBack() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object([
                "operation": .text("exchange_teams_user"), "latency_ms": .number(1_000), "status": .number(503),
                "count": .number(9),
            ]))
            let task = try begin("client", emulator)
            try await Task.sleep(for: .milliseconds(300))
            task.cancel()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(try emulator.requests("exchange_teams_user").count <= 1)
        }

        @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await client.createUser()
            }
            task.cancel()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            #expect(try emulator.requests().isEmpty)
        }

        @Test func aGroupsFirstErrorCancelsTheOthers() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("create_user"), "latency_ms": .number(20_000), "count": .number(9)]))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let started = ContinuousClock.now
            await #expect(throws: Failure.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<5 { group.addTask { _ = try await client.createUser() } }
                    group.addTask { throw Failure("the first error") }
                    for try await _ in group {}
                }
            }
            #expect(ContinuousClock.now - started < .seconds(5))
        }

        @Test func aCancelledWaiterDoesNotCancelTheExchangeOfOthers() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("exchange_teams_user"), "latency_ms": .number(700)]))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let exchanger = try TeamsTokenExchanger(client: client)
            let (token, spa, user) = (try emulator.teamsToken(), emulator.spaId, emulator.userId)
            let tasks = (0..<5).map { _ in
                Task { try await exchanger.exchange(aadToken: token, clientId: spa, userObjectId: user).token }
            }
            try await Task.sleep(for: .milliseconds(200))
            tasks[0].cancel()
            tasks[3].cancel()
            var tokens: [String] = []
            var cancelled = 0
            for task in tasks {
                switch await task.result {
                case .success(let token): tokens.append(token)
                case .failure(let error): cancelled += (error as? AcsAuthError)?.kind == .cancelled ? 1 : 0
                }
            }
            #expect(cancelled == 2)
            #expect(tokens.count == 3 && Set(tokens).count == 1)
        }

        @Test func aThousandCancelledCallsLeaveAClientThatWorks() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("create_user"), "latency_ms": .number(20_000), "count": .number(100_000)]))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            for _ in 0..<20 {
                let tasks = (0..<50).map { _ in Task { _ = try await client.createUser() } }
                await Task.yield()
                for task in tasks { task.cancel() }
                for task in tasks {
                    #expect(try await failure { try await task.value }.kind == .cancelled)
                }
            }
            try emulator.control("POST", "/reset")
            #expect(try await client.createUser().id.hasPrefix("8:acs:"))
        }
    }
}
