internal import acsFFI
import Foundation

// Converts arguments for the C ABI. Swift itself passes a String as a C string, which a NUL would cut off.

/// Rejects strings that contain a NUL. The error's target is the name.
func rejectNUL(_ texts: KeyValuePairs<String, String>) throws(AcsAuthError) {
    for (name, text) in texts where hasNUL(text) {
        throw .invalid(name, "\(name) holds a NUL character.")
    }
}

private func hasNUL(_ text: String) -> Bool {
    let isFound = text.utf8.withContiguousStorageIfAvailable { bytes in
        bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    }
    return isFound ?? text.utf8.contains(0)
}

/// Returns the number, or for `nil` the value that means the default.
func number(_ given: UInt64?) -> Int64 {
    given.map(Int64.init(clamping:)) ?? Int64(ACS_DEFAULT)
}

/// The options of a call, validated.
struct CheckedCallOptions {
    private let timeoutMs: Int64
    private let maxAttempts: Int64
    private let attemptTimeoutMs: Int64
    private let keepsResponse: Bool
    /// The id, the User-Agent, and each header's name and value.
    private let texts: TextList

    /// Returns `nil` if no option is set.
    init?(_ options: CallOptions) throws(AcsAuthError) {
        guard
            options.timeout != nil || options.clientRequestId != nil || !options.headers.isEmpty
                || options.userAgent != nil || options.maxAttempts != nil || options.attemptTimeout != nil
                || options.onResponse != nil
        else { return nil }
        timeoutMs = number(try options.timeout.milliseconds("timeout"))
        maxAttempts = number(options.maxAttempts.map(UInt64.init))
        attemptTimeoutMs = number(try options.attemptTimeout.milliseconds("attemptTimeout"))
        keepsResponse = options.onResponse != nil
        texts = try TextList(options)
    }

    fileprivate func withPointer(_ body: (UnsafePointer<acs_call_options>?) -> acs_status) -> acs_status {
        var options = acs_call_options()
        acs_call_options_init(&options, MemoryLayout<acs_call_options>.size)
        options.timeout_ms = timeoutMs
        options.max_attempts = maxAttempts
        options.attempt_timeout_ms = attemptTimeoutMs
        options.keep_response = keepsResponse ? 1 : 0
        return texts.withPointers { texts in
            (options.client_request_id, options.user_agent) = (texts[0], texts[1])
            return texts.withHeaders { headers in
                (options.headers, options.header_count) = (headers.baseAddress, headers.count)
                return body(&options)
            }
        }
    }
}

extension CheckedCallOptions? {
    /// Passes the options as an acs_call_options, valid during the call of `body`; NULL if no option is set.
    func withPointer(_ body: (UnsafePointer<acs_call_options>?) -> acs_status) -> acs_status {
        guard let options = self else { return body(nil) }
        return options.withPointer(body)
    }
}

/// C strings in one buffer, with NULL for a text that is `nil`.
struct TextList {
    private var bytes: [CChar] = []
    private var starts: [Int?] = []

    /// The names of scopes.
    init(_ scopes: [CommunicationTokenScope]) throws(AcsAuthError) {
        try self.init("scopes", scopes.map(\.rawValue))
    }

    /// The texts of a list argument with this name.
    init(_ name: String, _ texts: [String]) throws(AcsAuthError) {
        for text in texts {
            try append(text, name)
        }
    }

    /// Text arguments with their names.
    init(_ arguments: [(name: String, text: String?)]) throws(AcsAuthError) {
        for argument in arguments {
            try append(argument.text, argument.name)
        }
    }

    /// The id, the User-Agent, and each header's name and value.
    fileprivate init(_ options: CallOptions) throws(AcsAuthError) {
        try append(options.clientRequestId, "client_request_id")
        try append(options.userAgent, "user_agent")
        for header in options.headers {
            try append(header.name, "headers")
            try append(header.value, "headers")
        }
    }

    /// The method, the path, and each header's name and value. A NUL becomes U+FFFD, so that every request gets a response.
    fileprivate init(_ request: Request) {
        append(replacingNUL: request.method)
        append(replacingNUL: request.path)
        for header in request.headers {
            append(replacingNUL: header.name)
            append(replacingNUL: header.value)
        }
    }

    private mutating func append(_ text: String?, _ name: String) throws(AcsAuthError) {
        guard let text else { return starts.append(nil) }
        try rejectNUL([name: text])
        append(text)
    }

    private mutating func append(replacingNUL text: String) {
        guard hasNUL(text) else { return append(text) }
        append(String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })))
    }

    private mutating func append(_ text: String) {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8.lazy.map(CChar.init(bitPattern:)))
        bytes.append(0)
    }

    /// Passes the strings' addresses, valid during the call of `body`.
    func withPointers<R>(_ body: ([UnsafePointer<CChar>?]) -> R) -> R {
        bytes.withUnsafeBufferPointer { all in
            body(starts.map { start in start.flatMap { start in all.baseAddress.map { $0 + start } } })
        }
    }
}

extension [UnsafePointer<CChar>?] {
    /// Passes all but the first two texts as headers (alternating names and values), valid during the call of `body`.
    fileprivate func withHeaders<R>(_ body: (UnsafeBufferPointer<acs_header>) -> R) -> R {
        stride(from: 2, to: count, by: 2).map { acs_header(name: self[$0], value: self[$0 + 1]) }
            .withUnsafeBufferPointer(body)
    }
}

extension Request {
    /// Passes the request as an acs_request, valid during the call of `body`.
    func withPointer(_ body: (UnsafePointer<acs_request>) -> acs_status) -> acs_status {
        TextList(self).withPointers { texts in
            texts.withHeaders { headers in
                self.body.withUnsafeBytes { bytes in
                    var request = acs_request()
                    acs_request_init(&request, MemoryLayout<acs_request>.size)
                    (request.method, request.path) = (texts[0], texts[1])
                    (request.headers, request.header_count) = (headers.baseAddress, headers.count)
                    request.body = acs_bytes(data: bytes.bindMemory(to: UInt8.self).baseAddress, len: bytes.count)
                    return body(&request)
                }
            }
        }
    }
}
