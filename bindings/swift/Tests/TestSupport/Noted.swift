import Foundation

/// Records the values that a callback receives, in order, from any threads.
package final class Noted<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Value] = []

    package init() {}

    package var all: [Value] { lock.withLock { values } }

    package func note(_ value: Value) {
        lock.withLock { values.append(value) }
    }

    package func forget() {
        lock.withLock { values = [] }
    }

    /// Waits up to 60 s until the values satisfy the condition, and returns them.
    package func waitFor(_ isThere: ([Value]) -> Bool) async throws -> [Value] {
        let started = ContinuousClock.now
        while !isThere(all), ContinuousClock.now - started < .seconds(60) {
            try await Task.sleep(for: .milliseconds(10))
        }
        return all
    }

    /// Waits up to 60 s for the first value.
    package func first() async throws -> Value {
        let values = try await waitFor { !$0.isEmpty }
        try require(!values.isEmpty, "nothing was noted")
        return values[0]
    }
}
