internal import acsFFI
import Foundation

/// Answers the native library's requests for tokens from the host's source. Each request is a task, so it occupies no library
/// thread while it waits.
final class TokenRequests: @unchecked Sendable {
    typealias Source = @Sendable (_ scopes: [String], _ options: TokenRequestOptions) async throws -> AccessTokenInfo

    private let name: String
    private let bound: Duration
    private let source: Source
    private let lock = NSLock()
    private var pending: [ObjectIdentifier: TokenRequest] = [:]
    private var isClosed = false

    /// The name is used in errors. A request that takes longer than the bound fails, and its task is cancelled.
    init(_ name: String, atMost bound: Duration, _ source: @escaping Source) {
        self.name = name
        self.bound = bound
        self.source = source
    }

    /// Passes this source as an acs_token_credential, valid during the call of `body`. If `body` succeeds, the library has
    /// copied it.
    func withPointer(_ body: (UnsafePointer<acs_token_credential>) -> acs_status) -> acs_status {
        // This reference belongs to the library's copy, which releases it.
        let reference = Unmanaged.passRetained(self)
        var credential = acs_token_credential()
        acs_token_credential_init(&credential, MemoryLayout<acs_token_credential>.size)
        credential.user_data = reference.toOpaque()
        credential.get_token = { data, request in
            guard let data, let request else { return }
            Unmanaged<TokenRequests>.fromOpaque(data).takeUnretainedValue().begin(TokenRequest(request))
        }
        credential.release = { data in
            guard let data else { return }
            Unmanaged<TokenRequests>.fromOpaque(data).release()
        }
        let status = body(&credential)
        if status != ACS_STATUS_OK { reference.release() }
        return status
    }

    /// Fails pending and later requests, and cancels their tasks.
    func close() {
        let ended = lock.withLock {
            isClosed = true
            defer { pending = [:] }
            return pending.values
        }
        for request in ended { request.end(Self.closed) }
    }

    private static let closed = Result<AccessTokenInfo, AcsAuthError>.failure(
        AcsAuthError(kind: .cancelled, reason: "The token credential is closed."))

    private func begin(_ request: TokenRequest) {
        let id = ObjectIdentifier(request)
        let isTaken = lock.withLock {
            if !isClosed { pending[id] = request }
            return !isClosed
        }
        guard isTaken else { return request.end(Self.closed) }
        let (scopes, options) = (request.scopes, request.options)
        request.begin(name, atMost: bound) { [source] in
            try await source(scopes, options)
        } onEnd: { [weak self] in
            self?.lock.withLock { self?.pending[id] = nil }
        }
    }
}

/// A request for a token. It is answered once: by its task, or with an error if the task takes too long or the source is
/// closed.
private final class TokenRequest: @unchecked Sendable {
    let scopes: [String]
    let options: TokenRequestOptions
    private let lock = NSLock()
    /// The handle; `nil` once the request is answered, which frees the handle.
    private var request: OpaquePointer?
    private var tasks: [Task<Void, Never>] = []

    init(_ request: OpaquePointer) {
        self.request = request
        scopes = (0..<acs_token_request_scope_count(request)).map {
            acs_token_request_scope(request, $0).map { String(cString: $0) } ?? ""
        }
        options = TokenRequestOptions(claims: acs_token_request_claims(request).map { String(cString: $0) })
    }

    func begin(
        _ name: String, atMost bound: Duration, _ work: @escaping @Sendable () async throws -> AccessTokenInfo,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let answering = Task.detached {
            self.end(await outcome(of: name, work))
            onEnd()
        }
        let waiting = Task.detached {
            guard (try? await Task.sleep(for: bound)) != nil else { return }
            self.end(.failure(.late(name, bound)))
            onEnd()
        }
        let isAnswered = lock.withLock {
            tasks = [answering, waiting]
            return request == nil
        }
        if isAnswered { cancelTasks() }
    }

    /// Answers the request unless it is answered already, and cancels its tasks.
    func end(_ outcome: Result<AccessTokenInfo, AcsAuthError>) {
        let request = lock.withLock {
            defer { self.request = nil }
            return self.request
        }
        if let request { Self.answer(request, outcome) }
        cancelTasks()
    }

    private func cancelTasks() {
        let tasks = lock.withLock {
            defer { self.tasks = [] }
            return self.tasks
        }
        for task in tasks { task.cancel() }
    }

    private static func answer(_ request: OpaquePointer, _ outcome: Result<AccessTokenInfo, AcsAuthError>) {
        // If the library rejects the token, it fails the request with that error; it isn't needed here.
        var error: OpaquePointer?
        defer { acs_error_free(error) }
        do {
            let info = try outcome.get()
            try rejectNUL(["token": info.token])
            let expiresOn = try info.expiresOn.unixSeconds("expiresOn")
            if let refreshOn = try info.refreshOn?.unixSeconds("refreshOn") {
                acs_token_request_set_refresh_on(request, refreshOn, nil)
            }
            acs_token_request_complete(request, info.token, expiresOn, &error)
        } catch {
            let failure = AcsAuthError(error)
            let reason = failure.reason.replacingOccurrences(of: "\0", with: "\u{FFFD}")
            acs_token_request_fail(request, failure.kind.value, reason, nil)
        }
    }
}
