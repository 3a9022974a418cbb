import Foundation

// Converts durations and points in time from and to the native library's whole numbers.

extension Duration {
    /// About 290,000 years. Milliseconds of longer durations would overflow 64 bits.
    private static let longestSeconds: Int64 = 9_223_372_036_854

    /// Whole seconds, rounded down as the official clients do with an expiry; `nil` for a negative or too long duration.
    var inSeconds: UInt64? {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0, seconds < Self.longestSeconds else { return nil }
        return UInt64(seconds)
    }

    /// Whole milliseconds, rounded up, so that a positive duration doesn't become zero; `nil` for a negative or too long one.
    var inMilliseconds: UInt64? {
        inSeconds.map { $0 * 1000 + UInt64((components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000) }
    }

    init(ms: UInt64) {
        self = .milliseconds(Int64(clamping: ms))
    }

    init(us: UInt64) {
        self = .microseconds(Int64(clamping: us))
    }
}

extension Date {
    init(unix: Int64) {
        self.init(timeIntervalSince1970: TimeInterval(unix))
    }
}
