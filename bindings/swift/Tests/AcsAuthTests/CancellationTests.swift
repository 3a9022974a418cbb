import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// Cancelling a task cancels its call: the call ends at once, and nothing continues in the background.
    @Suite struct CancellationTests {
        @Test(arguments: Operation.all)
        func cancellingATaskCancelsItsCall(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try operation.goodTexts(emulator)
            try emulator.spoil(.object(["latency_ms": .number(20_000), "count": .number(9)]))
            let silent = try SilentServer()
            let sharesACache = ["sign_out", "is_cache_reachable"].contains(operation.name)
            let key = try SealingKey.fromBase64(Data(repeating: 7, count: 32).base64EncodedString())
            var redis = sharesACache ? RedisOptions(url: "redis://127.0.0.1:\(silent.port)", sealingKey: key) : nil
            redis?.timeout = .seconds(20)
            redis?.connectTimeout = .seconds(20)
            let task = Task { [redis] in
                _ = try await operation.call(Objects(emulator: emulator, redis: redis), good, CallOptions())
            }
            try await Task.sleep(for: .milliseconds(300))
            let started = ContinuousClock.now
            task.cancel()
            let error = try await failure { try await task.value }
            #expect(error.kind == .cancelled)
            #expect(ContinuousClock.now - started < .seconds(5))
            withExtendedLifetime(silent) {}
        }

        @Test func nothingIsTriedAgainBehindItsBack() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object([
                "operation": .text("exchange_teams_user"), "latency_ms": .number(7_000), "status": .number(503),
                "count": .number(9),
            ]))
            let good = try Operation.texts(emulator)
            // With the default timeout of an attempt, a retry would begin before the response.
            let options = CallOptions(timeout: .seconds(60), attemptTimeout: .seconds(60))
            let task = Task {
                _ = try await Operation.named("get_token_for_teams_user").call(Objects(emulator: emulator), good, options)
            }
            try await waitUntil("no request arrived") { try !emulator.requests("exchange_teams_user").isEmpty }
            task.cancel()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            try await Task.sleep(for: .milliseconds(7_500))
            #expect(try emulator.requests("exchange_teams_user").count == 1)
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
            try emulator.spoil(.object(["operation": .text("exchange_teams_user"), "latency_ms": .number(6_000)]))
            // A second attempt would be answered at once.
            let once = ClientOptions(retryPolicy: RetryPolicy(maxAttempts: 1))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp, options: once)
            let exchanger = try TeamsTokenExchanger(client: client)
            let (token, spa, user) = (try emulator.teamsToken(), emulator.spaId, emulator.userId)
            let tasks = (0..<5).map { _ in
                Task {
                    try await exchanger.exchange(
                        aadToken: token, clientId: spa, userObjectId: user, timeout: .seconds(60)).token
                }
            }
            try await waitUntil("no request arrived") { try !emulator.requests("exchange_teams_user").isEmpty }
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
