import AcsAuth
import Foundation
import TestSupport
import Testing

extension AllTests {
    /// Every operation, with valid, unusual and invalid arguments.
    @Suite struct OperationsTests {
        @Test(arguments: Operation.all)
        func aNULInATextIsAnInvalidArgumentOfThatName(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            for spoilt in operation.arguments {
                let error = try await failure {
                    _ = try await operation.call(
                        Objects(emulator: emulator), { $0 == spoilt ? good($0) + "\0" : good($0) }, CallOptions())
                }
                #expect(error == AcsAuthError(
                    kind: .invalidArgument, reason: "\(spoilt) holds a NUL character.", target: spoilt))
            }
            if operation.takesOptions {
                let error = try await failure {
                    _ = try await operation.call(Objects(emulator: emulator), good, CallOptions(clientRequestId: "a\0b"))
                }
                #expect((error.kind, error.target) == (.invalidArgument, "client_request_id"))
                #expect(try emulator.requests().isEmpty)
            }
        }

        @Test func aNULInARequestIsReadAsAnotherCharacter() async throws {
            let handler = try Emulator.fresh().makeHandler()
            func answer(_ character: String) async throws -> Response {
                var response = try await handler.handle(Request(
                    method: "P\(character)ST", path: "/api/\(character)",
                    headers: [Header("authorization", "Bearer \(character)"), Header("x\(character)", character)],
                    body: Data([0])))
                response.headers.removeAll { $0.name == "x-ms-client-request-id" }
                return response
            }
            let (cut, replaced) = (try await answer("\0"), try await answer("\u{FFFD}"))
            #expect(cut.status == replaced.status && cut.status >= 400)
            #expect(!cut.body.isEmpty && cut.body.count == replaced.body.count)
        }

        @Test func anyOtherTextReachesTheServiceAsItIs() async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            let text = "Łódź-😀"
            func sent(_ name: String, _ argument: String) async throws -> JSON {
                try emulator.control("POST", "/reset")
                do {
                    _ = try await Operation.named(name).call(
                        Objects(emulator: emulator), { $0 == argument ? text : good($0) }, CallOptions())
                } catch let error as AcsAuthError {
                    #expect(error.status != nil, "\(name) \(argument): \(error)")
                }
                return try #require(try emulator.requests().first)
            }
            let encoded = text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "d-"))!
            for name in ["delete_user", "revoke_tokens", "get_token"] {
                #expect(try await sent(name, "user").compact.contains(encoded), "\(name)")
            }
            // The emulator records only the length of bodies.
            for (name, argument) in [
                ("get_token_for_teams_user", "client_id"), ("get_token_for_teams_user", "user_object_id"),
                ("create_user_and_token", "scopes"), ("get_token", "scopes"),
            ] {
                let usual = try await sent(name, "none")["body_length"].number
                let length = try #require(usual) + text.utf8.count - good(argument).utf8.count
                #expect(try await sent(name, argument)["body_length"].number == length, "\(name) \(argument)")
            }
        }

        @Test(arguments: Operation.ofClients)
        func optionsOfACallReachIt(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            let options = CallOptions(timeout: .seconds(9), clientRequestId: "the-request-1")
            _ = try? await operation.call(Objects(emulator: emulator), good, options)
            #expect(try emulator.requests().first?.compact.contains("the-request-1") == true)
            for options in [CallOptions(clientRequestId: ""), CallOptions(clientRequestId: "é")] {
                let error = try await failure { _ = try await operation.call(Objects(emulator: emulator), good, options) }
                #expect((error.kind, error.target) == (.invalidArgument, "client_request_id"))
            }
        }

        @Test(arguments: Operation.ofClients + [Operation.named("exchange")])
        func eachEndsAtItsDeadline(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            try emulator.spoil(.object(["latency_ms": .number(20_000), "count": .number(99)]))
            let error = try await failure {
                _ = try await operation.call(Objects(emulator: emulator), good, CallOptions(timeout: .milliseconds(150)))
            }
            #expect(error.kind == .timeout)
        }

        @Test(arguments: Operation.ofClients + [Operation.named("exchange")])
        func anErrorHasAllItsFields(_ operation: Operation) async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            try emulator.spoil(.object([
                "operation": .text("acs"), "status": .number(429), "count": .number(99),
                "headers": .list([
                    .list([.text("Retry-After"), .text("77")]), .list([.text("MS-CV"), .text("a.1")]),
                ]),
                "body": .text(#"{"error":{"code":"TooManyRequests","message":"Not now.","target":"load"}}"#),
            ]))
            let options = CallOptions(clientRequestId: operation.takesOptions ? "the-request-1" : nil)
            let error = try await failure { _ = try await operation.call(Objects(emulator: emulator), good, options) }
            #expect((error.kind, error.status, error.code, error.target) == (.throttled, 429, "TooManyRequests", "load"))
            #expect((error.retryAfter, error.msCv) == (.seconds(77), "a.1"))
            #expect(error.reason.contains("Not now."))
            #expect(operation.takesOptions ? error.clientRequestId == "the-request-1" : error.clientRequestId != nil)
        }

        /// Only the call holds its object, even while the response is late.
        @Test func eachReturnsItsResult() async throws {
            let emulator = try Emulator.fresh()
            let good = try Operation.texts(emulator)
            try emulator.spoil(.object(["latency_ms": .number(100), "count": .number(99)]))
            func result<T>(_ name: String, _ user: String = "8:acs:none", as: T.Type) async throws -> T {
                let given = try await Operation.named(name).call(
                    Objects(emulator: emulator), { $0 == "user" ? user : good($0) }, CallOptions())
                return try #require(given as? T)
            }
            #expect(try await result("create_user", as: CommunicationUserIdentifier.self).id.hasPrefix("8:acs:"))
            let both = try await result("create_user_and_token", as: CommunicationUserToken.self)
            #expect(both.user.id.hasPrefix("8:acs:") && !both.token.token.isEmpty)
            let lifetime = both.token.expiresOn.timeIntervalSince(.now)
            #expect(lifetime > 3_600 && lifetime < 7_300)
            let issued = try await result("get_token", both.user.id, as: AccessToken.self)
            #expect(!issued.token.isEmpty && issued.expiresOn > .now)
            let objects = Objects(emulator: emulator)
            for name in ["revoke_tokens", "delete_user"] {
                _ = try await Operation.named(name).call(objects, { _ in both.user.id }, CallOptions())
            }
            for name in ["get_token_for_teams_user", "exchange"] {
                #expect(try await result(name, as: AccessToken.self).expiresOn > .now)
            }
            let assignment = try await result("put_teams_extension_assignment", as: TeamsExtensionAssignment.self)
            #expect((assignment.tenantId, assignment.objectId) == (emulator.tenantId, emulator.userId))
            #expect(assignment.principalType == .user && assignment.clientIds == [emulator.spaId])
            #expect(try await result("get_teams_extension_assignment", as: TeamsExtensionAssignment.self) == assignment)
            _ = try await Operation.named("delete_teams_extension_assignment").call(objects, good, CallOptions())
            let named = try await result("create_user_with_custom_id", as: CommunicationUserIdentifier.self)
            let again = try await result("create_user_and_token_with_custom_id", as: CommunicationUserToken.self)
            #expect(again.user == named)
            let detail = try await result("get_user_detail", named.id, as: CommunicationUserDetail.self)
            #expect(detail.user == named && detail.customId == "customer-42" && detail.lastTokenIssuedAt != nil)
            _ = try await Operation.named("sign_out").call(objects, good, CallOptions())
            #expect(try await objects.exchanger.isCacheReachable() == nil)
            #expect(try await result("keys_reachable", as: Bool.self))
            let caller = try await result("verify", as: VerifiedToken.self)
            #expect((caller.objectId, caller.tenantId, caller.clientId) == (emulator.userId, emulator.tenantId, emulator.spaId))
            #expect(caller.scopes == ["access_as_user"])
            let response = try await result("handle", as: Response.self)
            let body = try JSON.parse(response.body)
            #expect(response.status == 201, "\(body)")
            #expect(body["token"].text?.isEmpty == false && response.header("content-type") == "application/json")
        }
    }
}
