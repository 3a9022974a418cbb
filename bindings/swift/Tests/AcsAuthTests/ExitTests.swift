import Foundation
import TestSupport
import Testing

extension AllTests {
    /// A program can exit at any time, even while the library's threads are in the host's code.
    @Suite struct ExitTests {
        @Test(arguments: [("returns", Int32(0)), ("exits", 3)], ["sleeps", "spins"])
        func aProgramMayEndWhileItIsCalled(end: (way: String, status: Int32), how: String) async throws {
            let process = Process()
            process.executableURL = Repository.program("ACS_ENDS", "bindings/swift/.build/debug/Ends")
            process.arguments = [end.way, how]
            let (output, errors) = (Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            for _ in 0..<2000 where process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
            try require(!process.isRunning, "\(end.way), \(how): it does not end")
            let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "called\n")
            #expect(process.terminationReason == .exit && process.terminationStatus == end.status, "\(said)")
            #expect(said.isEmpty)
        }
    }
}
