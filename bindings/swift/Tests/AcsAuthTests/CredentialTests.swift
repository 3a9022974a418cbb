import AcsAuth
import Foundation
import TestSupport
import Testing

/// A credential that runs a closure.
struct Given: TokenCredential {
    let act: @Sendable () async throws -> AccessToken

    func getToken(scopes: [String]) async throws -> AccessToken {
        try await act()
    }
}

struct SecretError: Error {
    let text = "hunter2"
}

enum SecretCase: Error {
    case hunter2(String)
}

extension AllTests {
    @Suite struct CredentialTests {
        private func client(
            _ emulator: Emulator, _ options: ClientOptions = .init(),
            _ act: @escaping @Sendable () async throws -> AccessToken
        ) throws -> CommunicationIdentityClient {
            try CommunicationIdentityClient(
                endpoint: emulator.httpUrl, credential: Given(act: act), options: options)
        }

        @Test func aKeyBesideAnEndpoint() async throws {
            let emulator = try Emulator.fresh()
            let client = try CommunicationIdentityClient(
                endpoint: emulator.httpUrl, accessKey: emulator.accessKey)
            #expect(try await client.createUser().id.hasPrefix("8:acs:"))
            #expect(client.endpoint.url == emulator.httpUrl)
        }

        @Test func whatItThrowsIsToldByItsTypeAlone() async throws {
            let emulator = try Emulator.fresh()
            let errors: [any Error & Sendable] = [SecretError(), SecretCase.hunter2("hunter2")]
            for thrown in errors {
                let error = try await failure { try await client(emulator) { throw thrown }.createUser() }
                #expect((error.kind, error.target) == (.credentialDenied, "credential"))
                #expect(error.reason.contains("\(type(of: thrown))"))
                #expect(!"\(error)".contains("hunter2"))
            }
            #expect(try emulator.requests().isEmpty)
        }

        /// Like any other error: the call itself was not cancelled.
        @Test func aCancellationOfItsOwnIsAFailure() async throws {
            let emulator = try Emulator.fresh()
            let error = try await failure { try await client(emulator) { throw CancellationError() }.createUser() }
            #expect((error.kind, error.target) == (.credentialDenied, "credential"))
            #expect(error.reason.contains("CancellationError"))
            let credential = try CommunicationTokenCredential(withOptions: .init { throw CancellationError() })
            #expect(try await failure { try await credential.getToken() }.kind == .credentialDenied)
        }

        @Test func theLibrarysOwnErrorGoesThrough() async throws {
            let emulator = try Emulator.fresh()
            let mine = AcsAuthError(kind: .credentialDenied, reason: "The vault is closed.", status: 403, code: "Closed")
            let error = try await failure { try await client(emulator) { throw mine }.createUser() }
            #expect((error.kind, error.status, error.code) == (.credentialDenied, 403, "Closed"))
            #expect(error.reason.contains("The vault is closed."))
        }

        @Test func aDateThatIsNoneIsRefused() async throws {
            let emulator = try Emulator.fresh()
            let token = AccessToken(token: "eyJ", expiresOn: Date(timeIntervalSince1970: .infinity))
            let error = try await failure { try await client(emulator) { token }.createUser() }
            #expect(error.target == "expiresOn")
        }

        @Test func aSlowOneIsWaitedForWithinTheTimeout() async throws {
            let emulator = try Emulator.fresh()
            // It hangs only until the test ends; otherwise a shutdown in a later test would wait for it.
            let ends = Noted<Void>()
            defer { ends.note(()) }
            let slow = try client(emulator, ClientOptions(timeout: .milliseconds(300))) {
                let ended: [Void] = try await ends.waitFor { !$0.isEmpty }
                #expect(!ended.isEmpty, "the call waited for its credential")
                throw SecretError()
            }
            #expect(try await failure { try await slow.createUser() }.kind == .timeout)
        }

        @Test func aGoodOneIsAskedOnceForManyCalls() async throws {
            let emulator = try Emulator.fresh()
            let daemon = emulator.info["daemon"]["client_id"].text ?? ""
            let minted = try emulator.mint(["client_id": daemon, "kind": "acs"])
            let noting = NotingCredential(AccessToken(token: minted, expiresOn: .now + 3600))
            let client = try CommunicationIdentityClient(endpoint: emulator.httpUrl, credential: noting)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await client.createUser() } }
                try await group.waitForAll()
            }
            #expect(noting.asked == [[acsScope]])
            for request in try emulator.requests() {
                let values = request["headers"].list.filter { $0.list[0] == .text("authorization") }
                // The emulator records only the beginning and the length.
                let shown = "Bearer \(minted.prefix(6))…(\(minted.count) characters)"
                #expect(values.map { $0.list[1] } == [.text(shown)])
            }
        }

        @Test func itMayUseAnotherClient() async throws {
            let emulator = try Emulator.fresh()
            let other = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let nested = try client(emulator) {
                _ = try await other.createUser()
                throw SecretError()
            }
            #expect(try await failure { try await nested.createUser() }.kind == .credentialDenied)
            #expect(try emulator.requests().count == 1)
        }
    }
}
