@preconcurrency import Dispatch
import Foundation
import Glibc

/// A non-blocking socket: tasks wait until it is ready.
struct Socket: Sendable {
    let descriptor: Int32

    enum Direction {
        case toRead, toWrite
    }

    private static let queue = DispatchQueue(label: "sockets")

    static func listening(port: UInt16) throws -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard result == 0, listen(descriptor, 1024) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        return Socket(descriptor: descriptor)
    }

    private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    func accept() -> Socket? {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        var yes: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return Socket(descriptor: accepted)
    }

    /// Waits until the socket is ready, and returns whether it was within this time.
    func isReady(_ direction: Direction, within seconds: Int) async -> Bool {
        let source: any DispatchSourceProtocol =
            switch direction {
            case .toRead: DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
            case .toWrite: DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: Self.queue)
            }
        let timer = DispatchSource.makeTimerSource(queue: Self.queue)
        return await withCheckedContinuation { continuation in
            // All handlers run on the same serial queue, so this variable needs no lock.
            nonisolated(unsafe) var isReady = false
            source.setEventHandler {
                isReady = true
                source.cancel()
            }
            timer.setEventHandler { source.cancel() }
            // Only once the source is cancelled may the descriptor be closed.
            source.setCancelHandler {
                timer.cancel()
                continuation.resume(returning: isReady)
            }
            timer.schedule(deadline: .now() + .seconds(seconds))
            timer.resume()
            source.resume()
        }
    }

    /// Reads some bytes; returns none at the end of the connection, or if nothing arrived in time.
    func read(within seconds: Int) async -> Data {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return Data(buffer[..<count]) }
            guard errno == EAGAIN || errno == EINTR, await isReady(.toRead, within: seconds) else { return Data() }
        }
    }

    func write(_ data: Data, within seconds: Int) async -> Bool {
        var rest = data
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN || errno == EINTR, await isReady(.toWrite, within: seconds) else { return false }
            }
        }
        return true
    }

    /// Ends reading, so that tasks that wait for the socket wake up and see its end.
    func cut() {
        shutdown(descriptor, Int32(SHUT_RD))
    }

    func close() {
        _ = Glibc.close(descriptor)
    }
}
