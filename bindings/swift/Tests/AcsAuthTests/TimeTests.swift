import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// Durations and dates out of range are rejected, and never trap.
    @Suite struct TimeTests {
        private let connectionString = "endpoint=https://contoso.communication.azure.com;accesskey=a2V5"

        static let noDurations: [Duration] = [
            .seconds(-1), .milliseconds(-1), .nanoseconds(-1), .seconds(Int64.max), .seconds(Int64.min),
            Duration(secondsComponent: 0, attosecondsComponent: -1),
        ]

        @Test(arguments: noDurations)
        func whatIsNoDurationIsRefusedAsAnOption(_ duration: Duration) throws {
            let error = try failure {
                try CommunicationIdentityClient(
                    connectionString: connectionString, options: ClientOptions(timeout: duration))
            }
            #expect((error.kind, error.target) == (.invalidArgument, "timeout"))
        }

        @Test(arguments: noDurations)
        func whatIsNoDurationIsRefusedInACall(_ duration: Duration) async throws {
            let client = try CommunicationIdentityClient(connectionString: connectionString)
            let error = try await failure { try await client.createUser(options: CallOptions(timeout: duration)) }
            #expect((error.kind, error.target) == (.invalidArgument, "timeout"))
            let expiry = try await failure {
                try await client.createUserAndToken(scopes: [.chat], tokenExpiresIn: duration)
            }
            #expect((expiry.kind, expiry.target) == (.invalidArgument, "tokenExpiresIn"))
        }

        @Test func aPositiveDurationDoesNotBecomeZeroSeconds() async throws {
            let client = try CommunicationIdentityClient(connectionString: connectionString)
            let half = Duration.milliseconds(500)
            let ttl = try failure { try TeamsTokenExchanger(client: client, options: ExchangerOptions(maxTtl: half)) }
            #expect((ttl.kind, ttl.target) == (.invalidArgument, "maxTtl"))
            let expiry = try await failure { try await client.createUserAndToken(scopes: [.chat], tokenExpiresIn: half) }
            #expect((expiry.kind, expiry.target) == (.invalidArgument, "tokenExpiresIn"))
        }

        @Test(arguments: [TimeInterval.infinity, -.infinity, .nan, 1e300])
        func whatIsNoDateIsRefused(_ seconds: TimeInterval) async throws {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(try failure { try inspect(token: "x", now: date) }.target == "now")
            #expect(try failure { try parseDeleteUser(RawResponse(status: 204, receivedAt: date)) }.target == "receivedAt")
            #expect(try failure { try retryAfter(headers: [], receivedAt: date) }.target == "receivedAt")
            let request = SignableRequest(method: "GET", url: "https://a.example/")
            let key = try AccessKey("a2V5")
            #expect(try failure { try signRequest(request, key: key, now: date) }.target == "now")
        }

        @Test(arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 9.2e18), Date(timeIntervalSince1970: -9.2e18)])
        func anyDateIsSignedOrRejected(_ date: Date) throws {
            let key = try AccessKey("a2V5")
            do {
                let signed = try signRequest(SignableRequest(method: "GET", url: "https://a.example/"), key: key, now: date)
                #expect(signed.xMsDate.hasSuffix(" GMT"))
            } catch {
                #expect(error.kind == .invalidArgument)
            }
            #expect(try !inspect(token: "x", now: date).isOk)
        }

        @Test func aShortTimeoutIsNotNone() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("create_user"), "latency_ms": .number(5_000)]))
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let error = try await failure {
                try await client.createUser(options: CallOptions(timeout: .microseconds(300)))
            }
            #expect(error.kind == .timeout)
        }

        @Test func retryAfterIsADuration() throws {
            #expect(try retryAfter(headers: [Header("Retry-After", "60")]) == .seconds(60))
            #expect(try retryAfter(headers: [Header("retry-after-ms", "1500")]) == .milliseconds(1500))
            #expect(try retryAfter(headers: []) == nil)
        }

        @Test func anErrorSaysAllThatIsKnown() {
            let error = AcsAuthError(
                kind: .throttled, reason: "Too many.", status: 429, code: "TooManyRequests", target: "appId",
                retryAfter: .milliseconds(1500), clientRequestId: "id", msCv: "cv.0")
            let text =
                "Throttled (429 TooManyRequests): Too many. "
                + "[target appId, retry after 1.5s, client request id id, MS-CV cv.0]"
            #expect("\(error)" == text)
            #expect(String(reflecting: error) == text)
            #expect(error.localizedDescription == text)
            #expect("\(AcsAuthError(kind: .internal, reason: "A bug."))" == "Internal: A bug.")
            let named = AcsAuthError(kind: .invalidArgument, reason: "It must be at least 1.", target: "max_attempts")
            #expect("\(named)" == "InvalidArgument: max_attempts must be at least 1.")
        }
    }
}
