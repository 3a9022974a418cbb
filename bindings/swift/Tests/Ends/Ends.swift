import AcsAuth
import Foundation

/// Exits while the library is in callbacks that never return: `Ends returns|exits sleeps|spins`.
@main enum Ends {
    static let ways = Array(CommandLine.arguments.dropFirst())
    static let called = DispatchSemaphore(value: 0)

    static func neverReturn() {
        called.signal()
        while true {
            if ways.last == "sleeps" { Thread.sleep(forTimeInterval: 3600) }
        }
    }

    static func main() throws {
        AcsAuthLibrary.setLog(HangingHandler(), level: .debug)
        let client = try CommunicationIdentityClient(endpoint: "http://127.0.0.1:9", credential: HangingCredential())
        Task.detached { _ = try await client.createUser() }
        // Both callbacks: the credential and the log handler.
        for _ in 0..<2 { called.wait() }
        FileHandle.standardOutput.write(Data("called\n".utf8))
        if ways.first == "exits" { exit(3) }
    }
}

struct HangingCredential: TokenCredential {
    func getToken(scopes: [String]) async throws -> AccessToken {
        Ends.neverReturn()
        throw CancellationError()
    }
}

struct HangingHandler: AcsAuthLogHandler {
    func log(level: LogLevel, message: String, metadata: [String: String], source: String) {
        Ends.neverReturn()
    }
}
