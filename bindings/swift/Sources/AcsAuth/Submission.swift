internal import AcsAuthNative
internal import acsFFI
import Foundation

// Exchanges are what a back end makes most, so they go by the C ABI, which the same library has: one crossing to start and
// one to end, where the generated code needs a dozen.

/// Whether C can take these texts: they have no NUL.
func isPlain(_ texts: String...) -> Bool {
    texts.allSatisfy { text in
        text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) == nil } ?? true
        } ?? false
    }
}

/// A call that was submitted, and who waits for its token.
private final class Submission: @unchecked Sendable {
    private let lock = NSLock()
    private var call: OpaquePointer?
    private var isCancelled = false
    private var continuation: UnsafeContinuation<Result<AccessToken, AcsAuthError>, Never>?

    deinit {
        acs_call_free(call)
    }

    func waits(_ continuation: UnsafeContinuation<Result<AccessToken, AcsAuthError>, Never>) {
        self.continuation = continuation
    }

    func began(_ call: OpaquePointer?) {
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

    func end(_ result: Result<AccessToken, AcsAuthError>) {
        continuation?.resume(returning: result)
    }
}

/// Submits, and waits for the token. A task that is cancelled cancels the call.
func submitting(
    isolation: isolated (any Actor)? = #isolation,
    _ submit: (
        UnsafePointer<acs_delivery>, UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>
    ) -> acs_status
) async throws(AcsAuthError) -> AccessToken {
    if Task.isCancelled { throw AcsAuthError(kind: .cancelled, reason: "The call was cancelled.") }
    let submission = Submission()
    let result = await withTaskCancellationHandler {
        await withUnsafeContinuation { continuation in
            submission.waits(continuation)
            // The completion has a reference of its own.
            let reference = Unmanaged.passRetained(submission)
            var delivery = acs_delivery()
            acs_delivery_init(&delivery, MemoryLayout<acs_delivery>.size)
            delivery.callback = completed
            delivery.user_data = reference.toOpaque()
            var (call, error): (OpaquePointer?, OpaquePointer?)
            if submit(&delivery, &call, &error) == ACS_STATUS_OK {
                submission.began(call)
            } else {
                reference.release()
                submission.end(.failure(AcsAuthError(taking: error)))
            }
        }
    } onCancel: {
        submission.cancel()
    }
    return try result.get()
}

private func completed(_ data: UnsafeMutableRawPointer?, _ completion: OpaquePointer?) {
    guard let data else { return }
    let submission = Unmanaged<Submission>.fromOpaque(data).takeRetainedValue()
    if let token = acs_completion_take_token(completion) {
        let expiresOn = Date(unix: acs_token_expires_on(token))
        submission.end(.success(AccessToken(token: text(acs_token_text(token)) ?? "", expiresOn: expiresOn)))
        acs_token_free(token)
    } else {
        submission.end(.failure(AcsAuthError(taking: acs_completion_take_error(completion))))
    }
    acs_completion_free(completion)
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
}

extension AcsAuthError {
    /// An error of the C ABI, which is freed.
    fileprivate init(taking error: OpaquePointer?) {
        let status = acs_error_http_status(error)
        let wait = acs_error_retry_after_ms(error)
        self.init(
            kind: ErrorKind(rawValue: Int32(bitPattern: acs_error_kind(error).rawValue)) ?? .internal,
            reason: text(acs_error_reason(error)) ?? "", status: status == 0 ? nil : Int(status),
            code: text(acs_error_code(error)), target: text(acs_error_target(error)),
            retryAfter: wait < 0 ? nil : .milliseconds(wait),
            clientRequestId: text(acs_error_client_request_id(error)), msCv: text(acs_error_ms_cv(error)))
        acs_error_free(error)
    }
}
