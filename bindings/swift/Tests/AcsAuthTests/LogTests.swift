import AcsAuth
import TestSupport
import Testing

struct LogLine: Sendable {
    let level: LogLevel
    let message: String
    let metadata: [String: String]
    let source: String
}

struct KeepingHandler: AcsAuthLogHandler {
    let kept = Noted<LogLine>()

    func log(level: LogLevel, message: String, metadata: [String: String], source: String) {
        kept.note(LogLine(level: level, message: message, metadata: metadata, source: source))
    }
}

/// Records when it is released.
final class End: Sendable {
    private let ends: Noted<Void>

    init(_ ends: Noted<Void>) {
        self.ends = ends
    }

    deinit { ends.note(()) }
}

/// A handler whose release can be waited for.
struct EndingHandler: AcsAuthLogHandler {
    let handler: KeepingHandler
    let end: End

    func log(level: LogLevel, message: String, metadata: [String: String], source: String) {
        handler.log(level: level, message: message, metadata: metadata, source: source)
    }
}

struct KeepingObserver: Observer {
    let kept = Noted<Event>()

    func onEvent(_ event: Event) {
        kept.note(event)
    }
}

extension AllTests {
    @Suite struct LogTests {
        @Test func theLogTellsOfCallsAndShowsNoSecret() async throws {
            let emulator = try Emulator.fresh()
            let handler = KeepingHandler()
            AcsAuthLibrary.setLog(handler, level: .trace)
            defer { AcsAuthLibrary.setLog(nil) }
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let (good, bad) = (try emulator.teamsToken(), try emulator.teamsToken(["attack": "expired"]))
            let issued = try await client.getTokenForTeamsUser(
                aadToken: good, clientId: emulator.spaId, userObjectId: emulator.userId)
            let id = CallOptions(clientRequestId: "an-id")
            _ = try await failure {
                try await client.getTokenForTeamsUser(
                    aadToken: bad, clientId: emulator.spaId, userObjectId: emulator.userId, options: id)
            }
            let lines = try await handler.kept.waitFor { $0.contains { $0.metadata.values.contains("an-id") } }
            #expect(lines.contains { $0.level == .warning })
            #expect(lines.contains { $0.source.hasPrefix("acs_auth") && $0.metadata.values.contains("an-id") })
            let texts = lines.map { "\($0)" }.joined(separator: "\n")
            for secret in [good, bad, issued.token, emulator.accessKey] { #expect(!texts.contains(secret)) }
        }

        @Test func aLevelLeavesOutWhatMattersLess() async throws {
            let emulator = try Emulator.fresh()
            let handler = KeepingHandler()
            AcsAuthLibrary.setLog(handler, level: .warning)
            defer { AcsAuthLibrary.setLog(nil) }
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            _ = try await client.createUser()
            _ = try await failure {
                try await client.getTokenForTeamsUser(
                    aadToken: try emulator.teamsToken(["attack": "expired"]), clientId: emulator.spaId,
                    userObjectId: emulator.userId)
            }
            #expect(try await !handler.kept.waitFor { !$0.isEmpty }.isEmpty)
            #expect(handler.kept.all.allSatisfy { $0.level == .warning || $0.level == .error })
        }

        @Test func aRecordOfARequestHasItsIdAndItsRouteAtTheLevelOfWarnings() async throws {
            let log = KeepingHandler()
            AcsAuthLibrary.setLog(log, level: .warning)
            defer { AcsAuthLibrary.setLog(nil) }
            let settings = try HandlerSettings([
                "connection_string": .text(RedactionTests.connectionString),
                "api_client_id": "11111111-1111-1111-1111-111111111111",
                "teams_client_ids": ["22222222-2222-2222-2222-222222222222"],
                "tenant_ids": ["33333333-3333-3333-3333-333333333333"],
            ])
            let handler = try TokenExchangeHandler(settings: settings)
            let headers = [
                Header("authorization", "Bearer no.token."),
                Header("teams-user-aad-token", "none"),
            ]
            _ = try await handler.handle(Request(method: "POST", path: "/api/token/teams", headers: headers))
            let isOfRequest = { (line: LogLine) in
                line.metadata["route"] == "/api/token/teams" && line.metadata["correlation_id"] != nil
                    && line.metadata["time"] != nil
            }
            #expect(try await log.kept.waitFor { $0.contains(where: isOfRequest) }.contains(where: isOfRequest))
        }

        @Test func withoutAHandlerNothingIsTold() async throws {
            let emulator = try Emulator.fresh()
            let (handler, ends) = (KeepingHandler(), Noted<Void>())
            AcsAuthLibrary.setLog(EndingHandler(handler: handler, end: End(ends)), level: .trace)
            AcsAuthLibrary.setLog(nil)
            // The library releases a handler after its last record.
            #expect(try await ends.waitFor { !$0.isEmpty }.count == 1)
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let before = handler.kept.all.count
            _ = try await client.createUser()
            #expect(handler.kept.all.count == before)
        }

        @Test func levelsHaveTheNamesOfSwiftLog() {
            #expect(LogLevel.allCases.map(\.rawValue) == ["trace", "debug", "info", "warning", "error"])
        }

        @Test func anObserverIsToldWhatHappens() async throws {
            let emulator = try Emulator.fresh()
            let observer = KeepingObserver()
            let client = try CommunicationIdentityClient(connectionString: emulator.connectionStringHttp)
            let exchanger = try TeamsTokenExchanger(client: client, observer: observer)
            let token = try emulator.teamsToken()
            for _ in 0..<2 {
                _ = try await exchanger.exchange(
                    aadToken: token, clientId: emulator.spaId, userObjectId: emulator.userId)
            }
            try await exchanger.signOut(tenantId: emulator.tenantId, userObjectId: emulator.userId)
            let events = try await observer.kept.waitFor { $0.contains(.signedOut) }
            #expect(events.contains(.cacheHit) && events.contains(.signedOut))
            #expect(events.contains { if case .exchanged(nil, let took) = $0 { took > .zero } else { false } })
            #expect(try await exchanger.isCacheReachable() == nil)
        }

        @Test func anObserverOfAHandlerIsToldOfAnswers() async throws {
            let observer = KeepingObserver()
            let settings = try HandlerSettings([
                "connection_string": .text(RedactionTests.connectionString),
                "api_client_id": "11111111-1111-1111-1111-111111111111",
                "teams_client_ids": ["22222222-2222-2222-2222-222222222222"],
                "tenant_ids": ["33333333-3333-3333-3333-333333333333"],
            ])
            let handler = try TokenExchangeHandler(settings: settings, observer: observer)
            #expect(try await handler.handle(Request(method: "GET", path: "/nothing")).status == 404)
            let events = try await observer.kept.waitFor { !$0.isEmpty }
            #expect(events.contains { if case .requestCompleted("other", 404, _) = $0 { true } else { false } })
        }
    }
}
