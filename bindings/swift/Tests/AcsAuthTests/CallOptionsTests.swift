import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// The options of a single call, and its response.
    @Suite struct CallOptionsTests {
        private func client(_ emulator: Emulator, _ options: ClientOptions = .init()) throws -> CommunicationIdentityClient {
            try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp, options: options)
        }

        private func sent(_ emulator: Emulator) throws -> [String: [String]] {
            let headers = try #require(try emulator.requests().last)["headers"].list.map(\.texts)
            return Dictionary(grouping: headers) { $0[0].lowercased() }.mapValues { $0.map { $0[1] } }
        }

        @Test(arguments: Operation.ofClients)
        func headersAndTheUserAgentReachTheService(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            let options = CallOptions(
                headers: [Header("X-Tenant", "a"), Header("x-tenant", "b")], userAgent: "checkout/2.1 (beta)")
            _ = try? await operation.call(Objects(emulator: emulator), good, options)
            let headers = try sent(emulator)
            #expect(headers["x-tenant"] == ["a", "b"])
            #expect(headers["user-agent"]?.first?.hasPrefix("checkout/2.1 (beta) ") == true)
        }

        @Test func aCallsHeadersReplaceThoseOfItsClient() async throws {
            let emulator = try Emulator.fresh()
            let client = try client(emulator, ClientOptions(
                userAgent: "shop", headers: [Header("x-a", "1"), Header("x-b", "1")]))
            _ = try await client.createUser(options: CallOptions(headers: [Header("X-B", "2")], userAgent: "cart"))
            let headers = try sent(emulator)
            #expect((headers["x-a"], headers["x-b"]) == (["1"], ["2"]))
            #expect(headers["user-agent"]?.first?.hasPrefix("cart shop ") == true)
        }

        @Test func aHeaderThatCannotBeSetIsAnInvalidArgument() async throws {
            let emulator = try Emulator.fresh()
            for header in [Header("Authorization", "x"), Header("a b", "x"), Header("x", "a\nb"), Header("x", "a\0b")] {
                let error = try await failure {
                    try await client(emulator).createUser(options: CallOptions(headers: [header]))
                }
                #expect((error.kind, error.target) == (.invalidArgument, "headers"), "\(header.name)")
            }
            let refused = try failure { try client(emulator, ClientOptions(headers: [Header("host", "x")])) }
            #expect((refused.kind, refused.target) == (.invalidArgument, "headers"))
            #expect(try emulator.requests().isEmpty)
        }

        @Test func theResponseOfASuccess() async throws {
            let emulator = try Emulator.fresh()
            let responses = Noted<CallResponse>()
            let options = CallOptions(clientRequestId: "the-request-1", onResponse: responses.note)
            _ = try await client(emulator).createUser(options: options)
            let response = try #require(responses.all.first)
            #expect((response.status, response.attempts, response.clientRequestId) == (201, 1, "the-request-1"))
            #expect(response.header("Content-Type")?.hasPrefix("application/json") == true)
            #expect(response.headers.allSatisfy { $0.name == $0.name.lowercased() })
            #expect(responses.all.count == 1)
        }

        @Test func theResponseOfAFailureAfterAllAttempts() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object([
                "status": .number(503), "count": .number(99), "headers": .list([.list([.text("x-why"), .text("load")])]),
            ]))
            let responses = Noted<CallResponse>()
            let error = try await failure {
                try await client(emulator).createUser(options: CallOptions(maxAttempts: 2, onResponse: responses.note))
            }
            #expect(error.status == 503)
            let response = try #require(responses.all.first)
            #expect((response.status, response.attempts, response.header("X-Why")) == (503, 2, "load"))
            #expect(try emulator.requests().count == 2)
        }

        @Test func thereIsNoneWhereNoAnswerCame() async throws {
            let silent = try SilentServer()
            let client = try CommunicationIdentityClient(
                endpoint: "http://127.0.0.1:\(silent.port)", accessKey: RedactionTests.key)
            let responses = Noted<CallResponse>()
            let error = try await failure {
                try await client.createUser(
                    options: CallOptions(timeout: .milliseconds(200), onResponse: responses.note))
            }
            #expect(error.kind == .timeout)
            #expect(responses.all.isEmpty)
            withExtendedLifetime(silent) {}
        }

        @Test func anAttemptEndsAtItsTimeout() async throws {
            let emulator = try Emulator.fresh()
            let client = try client(emulator, ClientOptions(
                retryPolicy: RetryPolicy(attemptTimeout: .seconds(60)), timeout: .seconds(60)))
            let user = try await client.createUser()
            try emulator.spoil(.object(["latency_ms": .number(20_000), "count": .number(1)]))
            // Revoking tokens is idempotent, so it is retried, and the second attempt succeeds.
            try await client.revokeTokens(of: user, options: CallOptions(maxAttempts: 2, attemptTimeout: .seconds(4)))
            #expect(try emulator.requests("revoke_tokens").count == 2)
        }
    }
}
