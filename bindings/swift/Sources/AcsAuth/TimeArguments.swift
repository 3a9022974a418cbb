import Foundation

// Converts durations and points in time that are arguments. Values out of range throw; no conversion traps.

extension Duration {
    /// Returns whole milliseconds, rounded up, so that a positive duration doesn't become zero.
    func milliseconds(_ name: String) throws(AcsAuthError) -> UInt64 {
        try unwrap(inMilliseconds, name)
    }

    /// Returns whole seconds, rounded down as the official clients do with an expiry.
    func wholeSeconds(_ name: String) throws(AcsAuthError) -> UInt64 {
        guard self <= .zero || self >= .seconds(1) else {
            throw .invalid(name, "\(name) must be zero or at least 1 s; it is \(self).")
        }
        return try unwrap(inSeconds, name)
    }

    private func unwrap(_ converted: UInt64?, _ name: String) throws(AcsAuthError) -> UInt64 {
        guard let converted else { throw .invalid(name, "\(name) must not be negative or exceed 64 bits; it is \(self).") }
        return converted
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
    /// Returns the seconds since 1970, rounded down.
    func unixSeconds(_ name: String) throws(AcsAuthError) -> Int64 {
        guard let seconds = Int64(exactly: timeIntervalSince1970.rounded(.down)) else {
            throw .invalid(name, "\(name) is out of range: Unix seconds must fit into 64 bits.")
        }
        return seconds
    }
}
