internal import acsFFI
import Foundation

// Operations use the C ABI, which the native library exports as well: it takes one call to start an operation and one to
// complete it, where the generated code needs a dozen.

/// An object of the native library. It has two sides: the owner, mostly the generated object, which has the methods that
/// don't wait, and a handle in the C ABI, which is used for all operations.
struct LibraryObject<Owner: AnyObject & Sendable>: Sendable {
    let owner: Owner
    /// The handle, valid while the owner lives.
    private let address: UInt

    init(_ owner: Owner, handle: UInt64) {
        self.owner = owner
        address = UInt(handle)
    }

    /// Passes the handle, valid during the call of `body`.
    func withHandle<R>(_ body: (OpaquePointer?) -> R) -> R {
        withExtendedLifetime(owner) { body(OpaquePointer(bitPattern: address)) }
    }

    /// Submits an operation with the options of a call.
    func submitting<T: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ take: @escaping Taking<T>, _ options: CallOptions,
        _ submit: (
            OpaquePointer?, UnsafePointer<acs_call_options>?, UnsafePointer<acs_delivery>,
            UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>
        ) -> acs_status
    ) async throws(AcsAuthError) -> T {
        let checked = try CheckedCallOptions(options)
        return try await submitting(take, onResponse: options.onResponse) { object, delivery, call, error in
            checked.withPointer { submit(object, $0, delivery, call, error) }
        }
    }

    /// Submits an operation and awaits its result. Cancelling the task cancels the operation, which then throws the kind
    /// `cancelled`.
    func submitting<T: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ take: @escaping Taking<T>, onResponse: ((CallResponse) -> Void)? = nil,
        _ submit: (
            OpaquePointer?, UnsafePointer<acs_delivery>, UnsafeMutablePointer<OpaquePointer?>,
            UnsafeMutablePointer<OpaquePointer?>
        ) -> acs_status
    ) async throws(AcsAuthError) -> T {
        if Task.isCancelled { throw AcsAuthError(kind: .cancelled, reason: "The call was cancelled.") }
        let submission = AwaitedSubmission(take)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                submission.continuation = continuation
                // The library copies the arguments and retains what the operation needs before `submit` returns.
                withHandle { handle in submission.start { submit(handle, $0, $1, $2) } }
            }
        } onCancel: {
            submission.cancel()
        }
        if let response = submission.response { onResponse?(response) }
        return try result.get()
    }
}

/// A submitted operation, which can be cancelled.
private class Submission: @unchecked Sendable {
    private let lock = NSLock()
    private var call: OpaquePointer?
    private var isCancelled = false

    deinit {
        acs_call_free(call)
    }

    /// Resumes the waiter with the completion's result or error. Called once, on a library thread.
    func completed(_ completion: OpaquePointer?) {
        preconditionFailure("overridden")
    }

    /// Resumes the waiter with an error.
    func failed(_ error: AcsAuthError) {
        preconditionFailure("overridden")
    }

    func start(
        _ submit: (
            UnsafePointer<acs_delivery>, UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>
        ) -> acs_status
    ) {
        // This reference belongs to the completion's callback, which releases it.
        let reference = Unmanaged.passRetained(self)
        var delivery = acs_delivery()
        acs_delivery_init(&delivery, MemoryLayout<acs_delivery>.size)
        delivery.callback = { data, completion in
            guard let data else { return }
            Unmanaged<Submission>.fromOpaque(data).takeRetainedValue().completed(completion)
            acs_completion_free(completion)
        }
        delivery.user_data = reference.toOpaque()
        var (call, error): (OpaquePointer?, OpaquePointer?)
        if submit(&delivery, &call, &error) == ACS_STATUS_OK {
            began(call)
        } else {
            reference.release()
            failed(AcsAuthError(taking: error))
        }
    }

    private func began(_ call: OpaquePointer?) {
        lock.lock()
        self.call = call
        let isCancelled = isCancelled
        lock.unlock()
        if isCancelled { acs_call_cancel(call) }
    }

    func cancel() {
        lock.lock()
        isCancelled = true
        let call = call
        lock.unlock()
        acs_call_cancel(call)
    }
}

/// A submission and the continuation of its waiter.
private final class AwaitedSubmission<T: Sendable>: Submission, @unchecked Sendable {
    private let take: Taking<T>
    /// Set before the operation is started.
    var continuation: UnsafeContinuation<Result<T, AcsAuthError>, Never>?
    /// Set before the waiter resumes, if the options of the call ask for it.
    private(set) var response: CallResponse?

    init(_ take: @escaping Taking<T>) {
        self.take = take
    }

    override func completed(_ completion: OpaquePointer?) {
        response = callResponse(completion)
        if acs_completion_status(completion) == ACS_STATUS_OK {
            continuation?.resume(returning: .success(take(completion)))
        } else {
            failed(AcsAuthError(taking: acs_completion_take_error(completion)))
        }
    }

    override func failed(_ error: AcsAuthError) {
        continuation?.resume(returning: .failure(error))
    }
}
