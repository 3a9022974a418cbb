internal import AcsAuthNative

/// The level of a log record, or the least severe level to log. The names are those of swift-log.
public enum LogLevel: String, Sendable, CaseIterable {
    /// Everything.
    case trace
    /// Each call, attempt and response.
    case debug
    /// Events worth counting.
    case info
    /// What an operator should know: rejected callers, failed exchanges, a wrong clock.
    case warning
    /// Bugs.
    case error

    fileprivate init?(_ level: AcsAuthNative.LogLevel) {
        switch level {
        case .off: return nil
        case .error: self = .error
        case .warn: self = .warning
        case .info: self = .info
        case .debug: self = .debug
        case .trace: self = .trace
        }
    }

    fileprivate var native: AcsAuthNative.LogLevel {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .warning: .warn
        case .error: .error
        }
    }
}

/// Receives the library's log records. The parameters are those of swift-log's `Logger.log(level:_:metadata:source:)`; the
/// README has a handler that passes records on to it. Records contain neither a key nor a token.
public protocol AcsAuthLogHandler: Sendable {
    /// Receives a record on a library thread, one record at a time and in order. A slow handler delays no call: up to 1024
    /// records, or 1 MiB of them, are queued, and further ones are dropped. A record with "dropped" in its metadata has
    /// their number.
    ///
    /// - Parameters:
    ///   - metadata: the fields of the record and of the operation that it belongs to, such as "client_request_id", and
    ///     "time", when it was recorded, in seconds since 1970.
    ///   - source: the module of the library that logged it, such as "acs_auth::handler".
    func log(level: LogLevel, message: String, metadata: [String: String], source: String)
}

private final class LogAdapter: AcsAuthNative.LogSink {
    private let handler: any AcsAuthLogHandler

    init(_ handler: any AcsAuthLogHandler) {
        self.handler = handler
    }

    func onRecord(record: AcsAuthNative.LogRecord) {
        guard let level = LogLevel(record.level) else { return }
        let time = ("time", "\(Double(record.timeUs) / 1e6)")
        let metadata = record.fields.map { ($0.name, $0.value) } + [time]
        handler.log(
            level: level, message: record.text, metadata: Dictionary(metadata) { first, _ in first },
            source: record.target)
    }
}

/// The library itself: its version, its log and its threads.
public enum AcsAuthLibrary {
    /// The version of the library, such as "0.1.0".
    public static var version: String { AcsAuthNative.version() }

    /// Sets the handler for the library's log, replacing the former one. It receives records of this level and more severe
    /// ones. There is one handler per process; `nil` removes it. Without a handler, nothing is logged.
    public static func setLog(_ handler: (any AcsAuthLogHandler)?, level: LogLevel = .info) {
        AcsAuthNative.setLog(level: level.native, sink: handler.map(LogAdapter.init))
    }

    /// Sets the number of worker threads: 1 (default) to 64. It takes effect when the threads are next started: call it
    /// before the first operation. One thread handles some thousand exchanges a second.
    public static func setWorkerThreads(_ count: UInt32) throws(AcsAuthError) {
        try calling { try AcsAuthNative.setWorkerThreads(count: count) }
    }

    /// Stops the library's threads and cancels calls in progress. Queued log records and events are delivered before it
    /// returns. All objects can still be used afterwards: the threads then start again, clients open new connections, and
    /// caches are empty.
    ///
    /// - Parameter timeout: how long to wait for running callbacks. Default 5 s.
    public static func shutdown(timeout: Duration? = nil) throws(AcsAuthError) {
        let timeout = try timeout.milliseconds("timeout")
        try calling { try AcsAuthNative.shutdown(timeoutMs: timeout) }
    }
}
