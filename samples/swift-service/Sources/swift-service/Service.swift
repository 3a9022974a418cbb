// A back end in Swift whose only package is acs-auth: /api/token/teams over HTTP/1.1 on loopback.
import AcsAuth
@preconcurrency import Dispatch
import Foundation
import Glibc

struct StandardError: AcsAuthLogHandler {
    func log(level: LogLevel, message: String, metadata: [String: String], source: String) {
        let fields = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        FileHandle.standardError.write(Data("\(level.rawValue) \(source): \(message)\(fields)\n".utf8))
    }
}

@main
struct Service {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 2, let port = UInt16(arguments[1]) else {
            fail("usage: swift-service PORT (0 for a free one); settings come from the environment", code: 64)
        }
        AcsAuthLibrary.setLog(StandardError(), level: .warning)
        do {
            let handler = try TokenExchangeHandler(settings: try .fromEnv())
            let server = Server(listener: try Socket.listening(port: port), handler: handler)
            FileHandle.standardOutput.write(Data("listening on http://127.0.0.1:\(server.port)\n".utf8))
            let stop = Task {
                await endingSignal()
                await server.stop()
            }
            await server.run()
            stop.cancel()
        } catch {
            fail("swift-service: \(error)", code: 1)
        }
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        exit(code)
    }

    /// Waits for SIGTERM or SIGINT.
    private static func endingSignal() async {
        let queue = DispatchQueue(label: "signals")
        let signals = AsyncStream<Void> { stream in
            let sources = [SIGTERM, SIGINT].map { number in
                Glibc.signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { stream.yield() }
                source.resume()
                return source
            }
            stream.onTermination = { _ in sources.forEach { $0.cancel() } }
        }
        for await _ in signals { return }
    }
}
