import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// The host's own HTTP stack instead of the library's.
    @Suite struct TransportTests {
        private func client(
            _ options: ClientOptions = .init(), _ send: @escaping @Sendable (TransportRequest) async throws -> TransportResponse
        ) throws -> CommunicationIdentityClient {
            var options = options
            options.transport = Transport(send)
            return try CommunicationIdentityClient(
                endpoint: "https://contoso.communication.azure.com", accessKey: RedactionTests.key, options: options)
        }

        private static let created = TransportResponse(
            status: 201, headers: [Header("MS-CV", "a.1")], body: Data(#"{"identity":{"id":"8:acs:one"}}"#.utf8))

        @Test func itGetsWhatIsSignedAndAnswersForTheService() async throws {
            let sent = Noted<TransportRequest>()
            let client = try client { request in
                sent.note(request)
                return Self.created
            }
            #expect(try await client.createUser(options: CallOptions(timeout: .seconds(9))).id == "8:acs:one")
            let request = try #require(sent.all.first)
            #expect(request.method == "POST")
            #expect(request.url.hasPrefix("https://contoso.communication.azure.com/identities?api-version="))
            #expect(request.header("Authorization")?.hasPrefix("HMAC-SHA256 ") == true)
            #expect(request.header("x-ms-client-request-id")?.isEmpty == false)
            #expect(request.timeout > .zero && request.timeout <= .seconds(9))
            #expect(request.maxResponseBytes > 0)
            for text in ["\(request)", String(reflecting: Self.created)] {
                #expect(!text.contains("HMAC") && !text.contains("8:acs:one") && !text.contains("a.1"))
            }
        }

        @Test func itIsTriedAgainWhereTheLibraryWouldTryAgain() async throws {
            let sent = Noted<TransportRequest>()
            let client = try client { request in
                sent.note(request)
                switch sent.all.count {
                case 1: throw TransportFailure(.notSent, reason: "no route")
                case 2: return TransportResponse(status: 503)
                default: return Self.created
                }
            }
            let responses = Noted<CallResponse>()
            let user = try await client.createUser(options: CallOptions(onResponse: responses.note))
            #expect((user.id, responses.all.map(\.attempts)) == ("8:acs:one", [3]))
            #expect(responses.all.first?.header("ms-cv") == "a.1")
            #expect(Set(sent.all.map { $0.header("x-ms-client-request-id") }).count == 1)
        }

        @Test(arguments: [FailureKind.lost, .refused, .unexpected, .timedOut])
        func aCreateIsNotRepeatedAfter(_ kind: FailureKind) async throws {
            let sent = Noted<TransportRequest>()
            let client = try client { request in
                sent.note(request)
                throw TransportFailure(kind, reason: "the wire was cut")
            }
            let error = try await failure { try await client.createUser() }
            #expect([.transportError, .timeout, .unexpectedResponse].contains(error.kind))
            #expect(error.reason.contains("the wire was cut"))
            #expect(sent.all.count == 1)
        }

        @Test func whatItThrowsIsToldByItsTypeAlone() async throws {
            let client = try client { _ in throw SecretError() }
            let error = try await failure { try await client.createUser() }
            #expect(error.kind == .transportError)
            #expect(error.reason.contains("SecretError") && !"\(error)".contains("hunter2"))
        }

        @Test(arguments: [0, -1, 70_000])
        func aStatusThatIsNoneIsNoResponse(_ status: Int) async throws {
            let client = try client { _ in TransportResponse(status: status) }
            let error = try await failure { try await client.createUser() }
            #expect(error.kind == .unexpectedResponse)
        }

        @Test func oneThatNeverAnswersEndsAtTheDeadlineAndIsCancelled() async throws {
            // On a busy machine, the short timeout may pass before the transport is called: then again with a longer one.
            for timeout in [Duration.milliseconds(300), .seconds(3), .seconds(30)] {
                let (begun, cancelled) = (Noted<Bool>(), Noted<TransportRequest>())
                let client = try client(ClientOptions(timeout: timeout)) { request in
                    begun.note(true)
                    do {
                        try await Task.sleep(for: .seconds(3_600))
                    } catch {
                        cancelled.note(request)
                    }
                    throw CancellationError()
                }
                let started = ContinuousClock.now
                let error = try await failure { try await client.createUser() }
                #expect(error.kind == .timeout)
                #expect(ContinuousClock.now - started < timeout + .seconds(30))
                if begun.all.isEmpty { continue }
                _ = try await cancelled.first()
                #expect(cancelled.all.count == 1)
                return
            }
            throw Failure("the transport was never called")
        }

        @Test func aTaskThatIsCancelledDoesNotWaitForIt() async throws {
            // It hangs only until the test ends; otherwise a shutdown in a later test would wait for it.
            let (sent, ends) = (Noted<TransportRequest>(), Noted<Bool>())
            defer { ends.note(true) }
            let client = try client { request in
                sent.note(request)
                _ = try await ends.first()
                throw CancellationError()
            }
            let options = CallOptions(timeout: .seconds(60), attemptTimeout: .seconds(60))
            let task = Task { try await client.createUser(options: options) }
            _ = try await sent.first()
            let started = ContinuousClock.now
            task.cancel()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            #expect(ContinuousClock.now - started < .seconds(30))
        }

        @Test func anExchangerOfTheClientUsesIt() async throws {
            let emulator = try Emulator.fresh()
            let expiry = ISO8601DateFormatter().string(from: .now + 3_600)
            let client = try client { _ in
                TransportResponse(status: 200, body: Data(#"{"token":"t","expiresOn":"\#(expiry)"}"#.utf8))
            }
            let token = try await TeamsTokenExchanger(client: client, options: ExchangerOptions(tokenCheck: .off)).exchange(
                aadToken: emulator.teamsToken(), clientId: emulator.spaId, userObjectId: emulator.userId)
            #expect(token.token == "t")
            #expect(try emulator.requests().isEmpty)
        }
    }
}
