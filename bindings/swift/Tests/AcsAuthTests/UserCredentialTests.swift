@testable import AcsAuth
import Foundation
import TestSupport
import Testing

/// A refresher that follows a script. Its tokens are "token-1", "token-2" …
private final class Refresher: Sendable {
    enum Step: Sendable {
        /// Returns a token with this lifetime.
        case gives(lifetime: TimeInterval)
        /// Returns a token once the test releases it.
        case waits
        /// Doesn't return until its task is cancelled.
        case hangs
        case throwing
    }

    private let script: [Step]
    let asked = Noted<Int>()
    let released = Noted<Bool>()
    let cancelled = Noted<Bool>()

    /// The last step is repeated.
    init(_ script: Step...) {
        self.script = script
    }

    func next() async throws -> AccessToken {
        let number = asked.note(numberOf: 1)
        switch script[min(number, script.count) - 1] {
        case .gives(let lifetime): return Self.token(number, lifetime: lifetime)
        case .waits:
            _ = try await released.first()
            return Self.token(number, lifetime: 3600)
        case .hangs:
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                cancelled.note(true)
            }
            throw CancellationError()
        case .throwing: throw SecretError()
        }
    }

    static func token(_ number: Int, lifetime: TimeInterval) -> AccessToken {
        AccessToken(token: "token-\(number)", expiresOn: .now + lifetime)
    }

    var options: CommunicationTokenRefreshOptions { .init { try await self.next() } }

    func credential(_ change: (inout CommunicationTokenRefreshOptions) -> Void = { _ in }) throws -> CommunicationTokenCredential {
        var options = options
        change(&options)
        return try CommunicationTokenCredential(withOptions: options)
    }

    func isAsked(_ count: Int) async throws {
        try await waitUntil("the refresher was asked \(asked.all.count) times, not \(count)") { asked.all.count >= count }
    }
}

extension Noted<Int> {
    /// Records one more, and returns how many there are.
    fileprivate func note(numberOf one: Int) -> Int {
        note(one)
        return all.count
    }
}

extension AllTests {
    /// A user's token that renews itself.
    @Suite struct UserCredentialTests {
        @Test func allWhoWaitShareOneRefresh() async throws {
            let refresher = Refresher(.waits, .hangs)
            let credential = try refresher.credential()
            let tasks = (0..<20).map { _ in Task { try await credential.getToken().token } }
            try await refresher.isAsked(1)
            refresher.released.note(true)
            for task in tasks { #expect(try await task.value == "token-1") }
            #expect(try await credential.getToken().token == "token-1")
            #expect(refresher.asked.all.count == 1)
        }

        @Test func aTokenToBeginWithIsUsedFirst() async throws {
            let refresher = Refresher(.gives(lifetime: 3600))
            let credential = try refresher.credential {
                $0.initialToken = "token-0"
                $0.initialTokenExpiresOn = .now + 3600
            }
            #expect(try await credential.getToken().token == "token-0")
            #expect(refresher.asked.all.isEmpty)
            let expired = try refresher.credential {
                $0.initialToken = "token-0"
                $0.initialTokenExpiresOn = Date(timeIntervalSince1970: 1)
            }
            #expect(try await expired.getToken().token == "token-1")
        }

        @Test func oneTokenIsReturnedAsItIs() async throws {
            let expiry = Date(timeIntervalSince1970: 1)
            let credential = try CommunicationTokenCredential(token: "opaque", expiresOn: expiry)
            #expect(try await credential.getToken() == AccessToken(token: "opaque", expiresOn: expiry))
            let unread = try await CommunicationTokenCredential(token: "opaque").getToken()
            #expect(unread.expiresOn > .now && unread.expiresOn <= .now + 600)
            try credential.start()
            credential.close()
            #expect(try await failure { try await credential.getToken() }.kind == .cancelled)
        }

        @Test func aRefresherThatNeverAnswersKeepsNobodyWaitingForLongerThanTheTimeout() async throws {
            let refresher = Refresher(.hangs)
            let credential = try refresher.credential { $0.timeout = .milliseconds(300) }
            let started = ContinuousClock.now
            #expect(try await failure { try await credential.getToken() }.kind == .timeout)
            #expect(ContinuousClock.now - started < .seconds(25))
            try await refresher.isAsked(1)
            credential.close()
            _ = try await refresher.cancelled.first()
        }

        @Test func aRefreshThatTakesTooLongIsCancelled() async throws {
            let refresher = Refresher(.hangs)
            let credential = try refresher.credential { $0.longestRefresh = .milliseconds(200) }
            let error = try await failure { try await credential.getToken() }
            #expect(error.kind == .timeout)
            #expect(error.reason.contains("0.2 seconds"))
            _ = try await refresher.cancelled.first()
        }

        @Test func refreshersThatNeverAnswerKeepNoOthersFromBeingAsked() async throws {
            let hung = try (0..<40).map { _ in
                let refresher = Refresher(.hangs)
                return (refresher, try refresher.credential())
            }
            let tasks = hung.map { _, credential in Task { try await credential.getToken() } }
            for (refresher, _) in hung { try await refresher.isAsked(1) }
            #expect(try await Refresher(.gives(lifetime: 3600)).credential().getToken().token == "token-1")
            for (_, credential) in hung { credential.close() }
            for task in tasks { #expect(try await failure { try await task.value }.kind == .cancelled) }
        }

        @Test func aFailedRefreshIsTriedAgainAfterAWhile() async throws {
            let refresher = Refresher(.throwing, .gives(lifetime: 3600))
            let credential = try refresher.credential()
            let error = try await failure { try await credential.getToken() }
            #expect(error.kind == .credentialDenied)
            #expect(error.reason.contains("SecretError") && !"\(error)".contains("hunter2"))
            while refresher.asked.all.count == 1 {
                let attempt = await Task { try await credential.getToken() }.result
                if case .failure(let again as AcsAuthError) = attempt { #expect(again.retryAfter != nil) }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await credential.getToken().token == "token-2")
        }

        @Test func aTokenThatHasExpiredIsAFailure() async throws {
            let refresher = Refresher(.gives(lifetime: -1))
            let credential = try refresher.credential()
            #expect(try await failure { try await credential.getToken() }.kind == .credentialDenied)
        }

        @Test func theLibrarysOwnErrorGoesThrough() async throws {
            let mine = AcsAuthError(kind: .entraTokenRejected, reason: "Sign in again.")
            let credential = try CommunicationTokenCredential(withOptions: .init { throw mine })
            let error = try await failure { try await credential.getToken() }
            #expect(error.kind == .entraTokenRejected && error.reason.contains("Sign in again."))
        }

        @Test func whatIsNoTokenIsAFailure() async throws {
            let bad = [
                AccessToken(token: "a\0b", expiresOn: .now + 3600),
                AccessToken(token: "eyJ", expiresOn: Date(timeIntervalSince1970: .infinity)),
            ]
            for token in bad {
                let credential = try CommunicationTokenCredential(withOptions: .init { token })
                #expect(try await failure { try await credential.getToken() }.kind == .invalidArgument)
            }
        }

        @Test func itRenewsAheadOfTimeThoughNobodyAsks() async throws {
            // A token that is valid for 4 s is renewed after 2 s, and failed renewals are retried.
            let refresher = Refresher(
                .gives(lifetime: 4), .throwing, .throwing, .gives(lifetime: 4), .gives(lifetime: 3600))
            let credential = try refresher.credential { $0.refreshProactively = true }
            try credential.start()
            try credential.start()
            try await refresher.isAsked(5)
            let started = ContinuousClock.now
            // Until its result is there, the former token is returned.
            while try await credential.getToken().token != "token-5" {
                try require(ContinuousClock.now - started < .seconds(60), "the last one is not used")
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(refresher.asked.all.count == 5)
        }

        @Test func withoutTheOptionNothingIsRenewedThatNobodyAsksFor() async throws {
            let refresher = Refresher(.gives(lifetime: 6))
            let credential = try refresher.credential()
            try credential.start()
            try await Task.sleep(for: .milliseconds(500))
            #expect(refresher.asked.all.isEmpty)
            _ = try await credential.getToken()
            // With the option, it would be renewed after half its lifetime.
            try await Task.sleep(for: .milliseconds(4500))
            #expect(refresher.asked.all.count == 1)
        }

        @Test func closedItFailsWhoeverWaitsAndWhoComesLater() async throws {
            let refresher = Refresher(.hangs)
            let credential = try refresher.credential()
            let tasks = (0..<3).map { _ in Task { try await credential.getToken() } }
            try await refresher.isAsked(1)
            let started = ContinuousClock.now
            credential.close()
            credential.close()
            for task in tasks { #expect(try await failure { try await task.value }.kind == .cancelled) }
            #expect(ContinuousClock.now - started < .seconds(25))
            _ = try await refresher.cancelled.first()
            #expect(try await failure { try await credential.getToken() }.kind == .cancelled)
            #expect(refresher.asked.all.count == 1)
        }

        @Test func aCancelledWaiterDoesNotCancelTheRefreshOfOthers() async throws {
            let refresher = Refresher(.waits)
            let credential = try refresher.credential()
            let tasks = (0..<5).map { _ in Task { try await credential.getToken().token } }
            try await refresher.isAsked(1)
            tasks[0].cancel()
            tasks[3].cancel()
            for index in [0, 3] { #expect(try await failure { try await tasks[index].value }.kind == .cancelled) }
            refresher.released.note(true)
            for index in [1, 2, 4] { #expect(try await tasks[index].value == "token-1") }
            #expect(refresher.asked.all.count == 1)
        }

        @Test func letGoItRenewsNothingAndLetsTheRefresherGo() async throws {
            weak var seen: Refresher?
            do {
                let refresher = Refresher(.gives(lifetime: 8), .hangs)
                seen = refresher
                let credential = try refresher.credential { $0.refreshProactively = true }
                _ = try await credential.getToken()
                try await refresher.isAsked(2)
            }
            try await waitUntil("the refresher is held") { seen == nil }
        }

        @Test func aShutdownCancelsAndItWorksAfterwards() async throws {
            let refresher = Refresher(.hangs, .gives(lifetime: 3600))
            let credential = try refresher.credential()
            let task = Task { try await credential.getToken() }
            try await refresher.isAsked(1)
            try AcsAuthLibrary.shutdown()
            #expect(try await failure { try await task.value }.kind == .cancelled)
            #expect(try await credential.getToken().token == "token-2")
        }

        @Test func optionsThatCannotBeUsedAreRejected() throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let entra = NotingCredential(Refresher.token(1, lifetime: 3600))
            func target(_ change: (inout CommunicationTokenRefreshOptions) -> Void) throws -> String? {
                try failure { try Refresher(.hangs).credential(change) }.target
            }
            for timeout in [Duration.zero, .seconds(-1)] { #expect(try target { $0.timeout = timeout } == "timeout") }
            #expect(try target { $0.refreshTimeBeforeExpiry = .seconds(-1) } == "refreshTimeBeforeExpiry")
            #expect(try target { $0.initialToken = "a\0b" } == "token")
            #expect(
                try target {
                    $0.initialToken = "a"
                    $0.initialTokenExpiresOn = Date(timeIntervalSince1970: -1)
                } == "initialTokenExpiresOn")
            #expect(try target { $0.initialTokenExpiresOn = .now } == "token_expires_on")
            #expect(try failure { try CommunicationTokenCredential(token: "") }.target == "token")
            for scopes in [["https://graph.microsoft.com/.default"], ["https://communication.azure.com/clients/VoIP", "a"]] {
                let options = CommunicationTokenRefreshOptions(entraCredential: entra, client: client, scopes: scopes)
                #expect(try failure { try CommunicationTokenCredential(withOptions: options) }.target == "scopes")
            }
        }

        @Test func itExchangesTheTokensOfAnEntraCredential() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let extensionToken = try emulator.teamsToken(["kind": "teams_extension"])
            let entra = NotingCredential(AccessToken(token: extensionToken, expiresOn: .now + 3600))
            let scope = "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"
            let credential = try CommunicationTokenCredential(
                withOptions: .init(entraCredential: entra, client: client, scopes: [scope]))
            let token = try await credential.getToken()
            #expect(token.expiresOn > .now)
            #expect(try await credential.getToken() == token)
            #expect(entra.asked == [[scope]])
            #expect(try emulator.requests().count == 1)
        }

        @Test func itExchangesTheTokensOfATeamsUser() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let entra = NotingCredential(AccessToken(token: try emulator.teamsToken(), expiresOn: .now + 3600))
            let credential = try CommunicationTokenCredential(
                withOptions: .init(
                    entraCredential: entra, exchanger: TeamsTokenExchanger(client: client), clientId: emulator.spaId,
                    userObjectId: emulator.userId, timeout: .seconds(60)))
            #expect(try await credential.getToken().expiresOn > .now)
            let permissions = entra.asked.joined().map { $0.split(separator: "/").last ?? "" }
            #expect(permissions == ["Teams.ManageCalls", "Teams.ManageChats"])
            #expect(try emulator.requests("exchange_teams_user").count == 1)
        }
    }
}
