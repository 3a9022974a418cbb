import TestSupport

/// Waits up to 60 s for a condition, and otherwise fails with this text.
func waitUntil(_ otherwise: @autoclosure () -> String, _ holds: () throws -> Bool) async throws {
    let started = ContinuousClock.now
    while try !holds() {
        try require(ContinuousClock.now - started < .seconds(60), otherwise())
        try await Task.sleep(for: .milliseconds(10))
    }
}
