import Foundation
import TestSupport
import Testing

/// A running program of samples/swift-service.
final class Sample: @unchecked Sendable {
    let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()

    /// Starts it with this environment, to which the native library's folder is added, and a limit on open descriptors.
    init(_ name: String, _ arguments: [String], environment: [String: String], descriptors: Int = 1024) throws {
        let library = ProcessInfo.processInfo.environment.filter { $0.key == "LD_LIBRARY_PATH" }
        let program = Repository.folder.appendingPathComponent("samples/swift-service/.build/debug/\(name)").path
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", program] + arguments
        process.environment = environment.merging(library) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// The processor time that it has used, in seconds.
    func processorTime() throws -> Double {
        let line = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        let fields = line.split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
        return Double((Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func write(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
    }

    func firstLine() -> String {
        String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    }

    /// Waits until it exits, and returns what it printed and its exit code.
    func end() -> (output: String, errors: String, status: Int32) {
        let output = output.fileHandleForReading.readDataToEndOfFile()
        let errors = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self), process.terminationStatus
        )
    }
}

extension AllTests {
    /// samples/swift-service, started and called as users do.
    @Suite struct SampleTests {
        private func serve(_ emulator: Emulator, descriptors: Int = 1024) throws -> (Sample, UInt16) {
            let sample = try Sample("swift-service", ["0"], environment: [
                "ACS_AUTH_CONNECTION_STRING": emulator.connectionString, "ACS_AUTH_AUTHORITY": emulator.httpsUrl,
                "ACS_AUTH_TENANT_IDS": emulator.tenantId, "ACS_AUTH_API_CLIENT_ID": emulator.apiId,
                "ACS_AUTH_TEAMS_CLIENT_IDS": emulator.spaId,
                "ACS_AUTH_ROOT_CERTIFICATES_PEM": String(decoding: try emulator.ca, as: UTF8.self),
            ], descriptors: descriptors)
            let line = sample.firstLine()
            try require(line.hasPrefix("listening on http://127.0.0.1:"), "\(line)\(sample.process.isRunning)")
            guard let port = UInt16(line.trimmingCharacters(in: .newlines).split(separator: ":").last ?? "") else {
                throw Failure("no port: \(line)")
            }
            return (sample, port)
        }

        private func exchange(_ connection: HTTPConnection, _ bearer: String?, _ token: String) throws -> HTTPConnection.Answer {
            let headers = (bearer.map { [("Authorization", "Bearer \($0)")] } ?? []) + [("teams-user-aad-token", token)]
            return try connection.send("POST", "/api/token/teams", headers: headers, body: Data())
        }

        @Test func itServesTheHandler() throws {
            let emulator = try Emulator.fresh()
            let (sample, port) = try serve(emulator)
            let connection = HTTPConnection(port: port)
            let health = try connection.send("GET", "/healthz")
            #expect(health.status == 200)
            #expect(try JSON.parse(health.body)["status"] == .text("ok"))

            let (bearer, token) = (try emulator.bearer(), try emulator.teamsToken())
            let first = try exchange(connection, bearer, token)
            #expect(first.status == 201)
            #expect(first.header("content-type") == "application/json")
            #expect(first.header("date")?.hasSuffix("GMT") == true)
            let given = try JSON.parse(first.body)
            #expect(given["token"].text?.isEmpty == false)
            #expect(given["expiresOn"].text?.isEmpty == false)
            let second = try exchange(connection, bearer, token)
            #expect(try JSON.parse(second.body)["token"] == given["token"])
            #expect(try emulator.requests("exchange_teams_user").count == 1)

            let refused = try exchange(connection, nil, token)
            #expect(refused.status == 401)
            #expect(try JSON.parse(refused.body)["code"] == .text("unauthorized"))
            #expect(try connection.send("GET", "/nothing").status == 404)
            let head = try connection.send("HEAD", "/healthz")
            #expect((head.status, head.body.count) == (200, 0) || head.status == 405)

            sample.process.terminate()
            let ended = sample.end()
            #expect(ended.status == 0)
            #expect(!ended.errors.contains(token) && !ended.errors.contains(bearer))
        }

        @Test func manyClientsAreServedAtOnce() async throws {
            let emulator = try Emulator.fresh()
            let (sample, port) = try serve(emulator)
            let (bearer, token) = (try emulator.bearer(), try emulator.teamsToken())
            // On separate threads, since these clients block.
            let statuses = Noted<Int>()
            let threads = DispatchGroup()
            for _ in 0..<32 {
                threads.enter()
                Thread.detachNewThread {
                    let connection = HTTPConnection(port: port)
                    for _ in 0..<5 {
                        let headers = [("Authorization", "Bearer \(bearer)"), ("teams-user-aad-token", token)]
                        let answer = try? connection.send("POST", "/api/token/teams", headers: headers, body: Data())
                        statuses.note(answer?.status ?? 0)
                    }
                    threads.leave()
                }
            }
            await withCheckedContinuation { done in threads.notify(queue: .global()) { done.resume() } }
            #expect(statuses.all.count == 160)
            #expect(statuses.all.allSatisfy { $0 == 201 })
            #expect(try emulator.requests("exchange_teams_user").count == 1)
            sample.process.terminate()
            #expect(sample.end().status == 0)
        }

        @Test func aRequestUnderWayIsAnsweredWhenItIsStopped() async throws {
            let emulator = try Emulator.fresh()
            try emulator.spoil(.object(["operation": .text("exchange_teams_user"), "latency_ms": .number(2_000)]))
            let (sample, port) = try serve(emulator)
            let headers = [
                ("Authorization", "Bearer \(try emulator.bearer())"), ("teams-user-aad-token", try emulator.teamsToken()),
            ]
            let statuses = Noted<Int>()
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                let answer = try? HTTPConnection(port: port)
                    .send("POST", "/api/token/teams", headers: headers, body: Data())
                statuses.note(answer?.status ?? 0)
                done.signal()
            }
            try await waitUntil("no request arrived") { try !emulator.requests("exchange_teams_user").isEmpty }
            sample.process.terminate()
            #expect(sample.end().status == 0)
            await withCheckedContinuation { ended in
                Thread.detachNewThread {
                    done.wait()
                    ended.resume()
                }
            }
            #expect(statuses.all == [201])
        }

        /// The connections that it can't accept wait in the system's queue.
        @Test func withoutFreeDescriptorsItWaitsAndDoesNotSpin() async throws {
            let (sample, port) = try serve(try Emulator.fresh(), descriptors: 40)
            var idle = (0..<60).map { _ in HTTPConnection(port: port) }
            for connection in idle { try connection.open() }
            try await Task.sleep(for: .milliseconds(500))
            let before = try sample.processorTime()
            try await Task.sleep(for: .seconds(1))
            #expect(try sample.processorTime() - before < 0.2)
            idle = []
            #expect(try HTTPConnection(port: port).send("GET", "/healthz").status == 200)
            sample.process.terminate()
            #expect(sample.end().status == 0)
        }

        static let strangeRequests = [
            ("POST", [("Transfer-Encoding", "chunked")]), ("POST", [("Content-Length", "99999999999")]),
            ("POST", [("Content-Length", "1"), ("Content-Length", "2")]), ("POST", [("Content-Length", "-1")]),
            ("POST", [("Content-Length ", "5")]), ("POST", [(" Content-Length", "5")]),
        ]

        @Test(arguments: strangeRequests.indices)
        func whatCouldHideASecondRequestEndsTheConnection(_ index: Int) throws {
            let emulator = try Emulator.fresh()
            let (sample, port) = try serve(emulator)
            let (method, headers) = Self.strangeRequests[index]
            let answer = try HTTPConnection(port: port).send(method, "/api/token/teams", headers: headers)
            #expect(answer.status == 400)
            #expect(answer.header("connection") == "close")
            #expect(try HTTPConnection(port: port).send("GET", "/healthz").status == 200)
            sample.process.terminate()
            #expect(sample.end().status == 0)
        }

        @Test func theCommandLineExchangesAToken() throws {
            let emulator = try Emulator.fresh()
            func run(_ token: String) throws -> (output: String, errors: String, status: Int32) {
                let sample = try Sample("teams-token", [emulator.spaId, emulator.userId], environment: [
                    "COMMUNICATION_SERVICES_CONNECTION_STRING": emulator.connectionStringHttp
                ])
                try sample.write(token + "\n")
                return sample.end()
            }
            let good = try run(try emulator.teamsToken())
            #expect(good.status == 0)
            #expect(good.errors.hasPrefix("expires 20"))
            let found = try emulator.control(
                "POST", "/introspect", .object(["token": .text(good.output.trimmingCharacters(in: .newlines))]))
            #expect(found["active"] == .bool(true))

            let token = try emulator.teamsToken(["attack": "expired"])
            let bad = try run(token)
            #expect(bad.status == 4)
            #expect(bad.errors.hasPrefix("EntraTokenRejected (401 InvalidAccessToken)"))
            #expect(!bad.errors.contains(token) && bad.output.isEmpty)
        }

        @Test func withoutSettingsItSaysSo() throws {
            let sample = try Sample("swift-service", ["0"], environment: [:])
            let ended = sample.end()
            #expect(ended.status == 1)
            #expect(ended.errors.hasPrefix("swift-service: "))
        }
    }
}
