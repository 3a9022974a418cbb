import Foundation

/// Durations and points in time as the library takes them. What is none is refused: a conversion never traps.
extension Duration {
    /// Some hundred thousand years, as everywhere in this library.
    private static let longestSeconds: Int64 = 9_223_372_036_854

    private func checked(_ name: String) throws(AcsAuthError) -> (seconds: Int64, attoseconds: Int64) {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0, seconds < Self.longestSeconds else {
            throw .invalid(name, "\(name) is \(self), which is no duration to wait for.")
        }
        return (seconds, attoseconds)
    }

    /// Rounded up: what is more than nothing stays so.
    func milliseconds(_ name: String) throws(AcsAuthError) -> UInt64 {
        let (seconds, attoseconds) = try checked(name)
        return UInt64(seconds) * 1000 + UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Rounded down, as the official clients do with an expiry.
    func wholeSeconds(_ name: String) throws(AcsAuthError) -> UInt64 {
        UInt64(try checked(name).seconds)
    }

    init(ms: UInt64) {
        self = .milliseconds(Int64(clamping: ms))
    }

    init(us: UInt64) {
        self = .microseconds(Int64(clamping: us))
    }
}

extension Optional where Wrapped == Duration {
    func milliseconds(_ name: String) throws(AcsAuthError) -> UInt64? {
        guard let duration = self else { return nil }
        return try duration.milliseconds(name)
    }

    func wholeSeconds(_ name: String) throws(AcsAuthError) -> UInt64? {
        guard let duration = self else { return nil }
        return try duration.wholeSeconds(name)
    }
}

extension Date {
    /// Seconds since 1970, rounded down.
    func unixSeconds(_ name: String) throws(AcsAuthError) -> Int64 {
        guard let seconds = Int64(exactly: timeIntervalSince1970.rounded(.down)) else {
            throw .invalid(name, "\(name) is no point in time.")
        }
        return seconds
    }

    init(unix: Int64) {
        self.init(timeIntervalSince1970: TimeInterval(unix))
    }
}
