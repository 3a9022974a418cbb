import Foundation

// Durations and points in time as the library has them: whole numbers of their units.

extension Duration {
    /// Some hundred thousand years, as everywhere in this library.
    private static let longestSeconds: Int64 = 9_223_372_036_854

    /// Rounded down, as the official clients do with an expiry; `nil` for what is no duration to wait for.
    var inSeconds: UInt64? {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0, seconds < Self.longestSeconds else { return nil }
        return UInt64(seconds)
    }

    /// Rounded up: what is more than nothing stays so. `nil` for what is no duration to wait for.
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
