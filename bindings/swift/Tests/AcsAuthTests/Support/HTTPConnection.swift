import Foundation
import TestSupport

/// An HTTP/1.1 connection that stays open, so that a fault for the emulator's next connection affects the tested client.
final class HTTPConnection {
    private let port: UInt16
    private var socket: Int32 = -1
    private var received = Data()

    init(port: UInt16) {
        self.port = port
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    struct Answer {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        func header(_ name: String) -> String? {
            headers.first { $0.name == name }?.value
        }
    }

    func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: Data? = nil
    ) throws -> Answer {
        if socket < 0 { try open() }
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try write(Data((head + "\r\n").utf8) + (body ?? Data()))
        return try read(isHead: method == "HEAD")
    }

    func open() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            socket = -1
            throw Failure("port \(port): \(String(cString: strerror(errno)))")
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private func write(_ data: Data) throws {
        var rest = data
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            try require(count > 0, "sending: \(String(cString: strerror(errno)))")
            rest = rest.dropFirst(count)
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        try require(count > 0, "the connection ended before the answer did")
        received.append(contentsOf: buffer[..<count])
    }

    private func read(isHead: Bool) throws -> Answer {
        let end = Data("\r\n\r\n".utf8)
        var found = received.range(of: end)
        while found == nil {
            try receive()
            found = received.range(of: end)
        }
        guard let found else { throw Failure("no head") }
        let lines = String(decoding: received[..<found.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        received = Data(received[found.upperBound...])
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: parts[0].lowercased(), value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        guard let status = Int(lines[0].split(separator: " ")[1]) else { throw Failure("no status: \(lines[0])") }
        let length = isHead ? 0 : headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        while received.count < length { try receive() }
        let body = Data(received.prefix(length))
        received = Data(received.dropFirst(length))
        if headers.contains(where: { $0.name == "connection" && $0.value.lowercased() == "close" }) {
            close(socket)
            socket = -1
        }
        return Answer(status: status, headers: headers, body: body)
    }
}
