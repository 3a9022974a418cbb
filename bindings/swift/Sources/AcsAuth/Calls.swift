internal import AcsAuthNative

/// Calls that do not wait.
func calling<T>(_ work: () throws -> T) throws(AcsAuthError) -> T {
    do {
        return try work()
    } catch {
        throw AcsAuthError(error)
    }
}

/// Calls that wait. A task that is cancelled cancels the call, which then ends with the kind `cancelled`: the generated
/// code alone would let it run to its end.
func waiting<T: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ work: (AcsAuthNative.Cancellation) async throws -> sending T
) async throws(AcsAuthError) -> T {
    let cancellation = AcsAuthNative.Cancellation()
    do {
        return try await withTaskCancellationHandler {
            try await work(cancellation)
        } onCancel: {
            cancellation.cancel()
        }
    } catch {
        throw AcsAuthError(error)
    }
}
