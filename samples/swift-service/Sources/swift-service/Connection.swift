import AcsAuth
import Foundation
import Glibc

/// The request line and the headers of a request.
struct Head {
    let method: String
    let path: String
    let headers: [Header]
    let keepsOpen: Bool
    let bodyLength: Int
}

/// A connection: reads requests and writes responses.
struct Connection {
    let socket: Socket
    private var received = Data()

    /// The largest accepted head in bytes: two Entra tokens and what browsers add.
    private static let longestHead = 64 * 1024
    /// How much of a body is passed on (more than the handler's limit, so that it answers 413), and how much is read.
    private static let keptOfBody = 17 * 1024
    private static let longestBody = 1024 * 1024
    private static let timeout = 30

    init(socket: Socket) {
        self.socket = socket
    }

    private mutating func readMore() async -> Bool {
        let more = await socket.read(within: Self.timeout)
        received.append(more)
        return !more.isEmpty
    }

    /// Reads the next request's head; returns `nil` if the connection has ended or the head is not HTTP.
    mutating func readHead() async -> Head? {
        let end = Data("\r\n\r\n".utf8)
        while true {
            if let found = received.range(of: end) {
                let text = String(decoding: received[..<found.lowerBound], as: UTF8.self)
                received = Data(received[found.upperBound...])
                return Self.parse(text)
            }
            guard received.count <= Self.longestHead, await readMore() else { return nil }
        }
    }

    private static func parse(_ text: String) -> Head? {
        let lines = text.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { return nil }
        var headers: [Header] = []
        var areNamed = true
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
            areNamed = areNamed && line[..<colon].allSatisfy(isOfName)
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append(Header(String(line[..<colon]), value))
        }
        func values(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name }.map { $0.value.lowercased() }
        }
        let lengths = Set(values("content-length"))
        let length = lengths.isEmpty ? 0 : lengths.first.flatMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil } ?? -1
        // A body without a length, or with two different ones, could hide a second request (request smuggling). So could a length
        // under a name that isn't one, such as `Content-Length` with a space before the colon.
        let isPlain = areNamed && values("transfer-encoding").isEmpty && lengths.count <= 1
        let closes = values("connection").contains { $0.contains("close") }
        return Head(
            method: words[0], path: words[1], headers: headers, keepsOpen: words[2] == "HTTP/1.1" && !closes,
            bodyLength: isPlain ? length : -1)
    }

    /// Whether a field name may contain it (RFC 9110, 5.6.2).
    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
    }

    /// Reads the whole request; returns `nil` if its body cannot be read.
    mutating func readRequest(_ head: Head) async -> Request? {
        guard (0...Self.longestBody).contains(head.bodyLength) else { return nil }
        if head.headers.contains(where: { $0.name.lowercased() == "expect" }) {
            guard await socket.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8), within: Self.timeout) else { return nil }
        }
        while received.count < head.bodyLength {
            guard await readMore() else { return nil }
        }
        let body = Data(received.prefix(min(head.bodyLength, Self.keptOfBody)))
        received = Data(received.dropFirst(head.bodyLength))
        return Request(method: head.method, path: head.path, headers: head.headers, body: body)
    }

    /// Sends a response, and returns whether another request may follow.
    func send(status: Int, headers: [Header], body: Data, isHead: Bool, keepsOpen: Bool) async -> Bool {
        var head = "HTTP/1.1 \(status) \r\nDate: \(Self.now)\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        if status != 204 { head += "content-length: \(body.count)\r\n" }
        head += "connection: \(keepsOpen ? "keep-alive" : "close")\r\n\r\n"
        let isSent = await socket.write(Data(head.utf8) + (isHead ? Data() : body), within: Self.timeout)
        return isSent && keepsOpen
    }

    private static var now: String {
        var seconds = time(nil)
        var utc = tm()
        gmtime_r(&seconds, &utc)
        var text = [CChar](repeating: 0, count: 40)
        let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &utc)
        return String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
