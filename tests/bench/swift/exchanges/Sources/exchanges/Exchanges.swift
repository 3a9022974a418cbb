// Makes exchanges in rounds and prints their CPU time, like rust_client.rs.
import AcsAuth
import Foundation
import Glibc

@main
struct Exchanges {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let client = try CommunicationIdentityClient(
            connectionString: arguments[1],
            options: ClientOptions(
                rootCertificatesPem: Data(contentsOf: URL(fileURLWithPath: arguments[2])), http2: true))
        while let line = readLine() {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            let (inFlight, count) = (numbers[0], numbers[1])
            let start = cpuSeconds()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<inFlight {
                    group.addTask {
                        for _ in 0..<count / inFlight {
                            _ = try await client.getTokenForTeamsUser(
                                aadToken: arguments[3], clientId: arguments[4], userObjectId: arguments[5])
                        }
                    }
                }
                for try await _ in group {}
            }
            let each = (cpuSeconds() - start) * 1e6 / Double(count)
            FileHandle.standardOutput.write(Data(String(format: "%.2f\n", each).utf8))
        }
    }

    /// Of the whole process, all threads.
    static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
