internal import AcsAuthNative
import Foundation

/// The response to a ``PreparedRequest``, for a parse function. It prints without the body and the values of headers.
public struct RawResponse: Sendable, Equatable, Redacted {
    /// The HTTP status.
    public var status: Int
    /// The headers, names in any case.
    public var headers: [Header]
    /// The whole body.
    public var body: Data
    /// When the response was received. It is needed for a Retry-After that is a date.
    public var receivedAt: Date

    /// Creates a response.
    public init(status: Int, headers: [Header] = [], body: Data = .init(), receivedAt: Date = .now) {
        self.status = status
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
    }

    fileprivate func native() throws(AcsAuthError) -> AcsAuthNative.RawResponse {
        guard let status = UInt16(exactly: status) else { throw .invalid("status", "\(status) is not an HTTP status.") }
        return .init(
            status: status, headers: headers.map(\.native), body: body,
            receivedAt: try receivedAt.unixSeconds("receivedAt"))
    }

    var shown: KeyValuePairs<String, Any> { ["status": status, "headers": headers] }
}

/// Parses the response to ``prepareCreateUser(endpoint:apiVersion:)``.
public func parseCreateUser(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserIdentifier {
    try calling { .init(try AcsAuthNative.parseCreateUser(response: response.native())) }
}

/// Parses the response to ``prepareCreateUserAndToken(endpoint:scopes:tokenExpiresIn:apiVersion:)``.
public func parseCreateUserAndToken(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserToken {
    try calling { .init(try AcsAuthNative.parseCreateUserAndToken(response: response.native())) }
}

/// Parses the response to ``prepareDeleteUser(endpoint:user:apiVersion:)``.
public func parseDeleteUser(_ response: RawResponse) throws(AcsAuthError) {
    try calling { try AcsAuthNative.parseDeleteUser(response: response.native()) }
}

/// Parses the response to ``prepareExchangeTeamsExtension(endpoint:aadToken:apiVersion:)``.
public func parseExchangeTeamsExtension(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserToken {
    try calling { .init(try AcsAuthNative.parseExchangeTeamsExtension(response: response.native())) }
}

/// Parses the response to ``prepareExchangeTeamsUser(endpoint:aadToken:clientId:userObjectId:apiVersion:)``.
public func parseExchangeTeamsUser(_ response: RawResponse) throws(AcsAuthError) -> AccessToken {
    try calling { .init(try AcsAuthNative.parseExchangeTeamsUser(response: response.native())) }
}

/// Parses the response to ``prepareIssueToken(endpoint:user:scopes:tokenExpiresIn:apiVersion:)``.
public func parseIssueToken(_ response: RawResponse) throws(AcsAuthError) -> AccessToken {
    try calling { .init(try AcsAuthNative.parseIssueToken(response: response.native())) }
}

/// Parses the response to ``prepareRevokeTokens(endpoint:user:apiVersion:)``.
public func parseRevokeTokens(_ response: RawResponse) throws(AcsAuthError) {
    try calling { try AcsAuthNative.parseRevokeTokens(response: response.native()) }
}

/// Parses the response to
/// ``preparePutTeamsExtensionAssignment(endpoint:tenantId:objectId:principalType:clientIds:apiVersion:)``.
public func parsePutTeamsExtensionAssignment(_ response: RawResponse) throws(AcsAuthError) -> TeamsExtensionAssignment {
    try calling { .init(try AcsAuthNative.parsePutTeamsExtensionAssignment(response: response.native())) }
}

/// Parses the response to ``prepareGetTeamsExtensionAssignment(endpoint:tenantId:objectId:apiVersion:)``.
public func parseGetTeamsExtensionAssignment(_ response: RawResponse) throws(AcsAuthError) -> TeamsExtensionAssignment {
    try calling { .init(try AcsAuthNative.parseGetTeamsExtensionAssignment(response: response.native())) }
}

/// Parses the response to ``prepareDeleteTeamsExtensionAssignment(endpoint:tenantId:objectId:apiVersion:)``.
public func parseDeleteTeamsExtensionAssignment(_ response: RawResponse) throws(AcsAuthError) {
    try calling { try AcsAuthNative.parseDeleteTeamsExtensionAssignment(response: response.native()) }
}

/// Parses the response to ``prepareExchangeEntraUser(endpoint:aadToken:apiVersion:)``.
public func parseExchangeEntraUser(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserToken {
    try calling { .init(try AcsAuthNative.parseExchangeEntraUser(response: response.native())) }
}

/// Parses the response to ``prepareCreateUserWithCustomId(endpoint:customId:apiVersion:)``.
public func parseCreateUserWithCustomId(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserIdentifier {
    try calling { .init(try AcsAuthNative.parseCreateUserWithCustomId(response: response.native())) }
}

/// Parses the response to
/// ``prepareCreateUserAndTokenWithCustomId(endpoint:customId:scopes:tokenExpiresIn:apiVersion:)``.
public func parseCreateUserAndTokenWithCustomId(
    _ response: RawResponse
) throws(AcsAuthError) -> CommunicationUserToken {
    try calling { .init(try AcsAuthNative.parseCreateUserAndTokenWithCustomId(response: response.native())) }
}

/// Parses the response to ``prepareGetUserDetail(endpoint:user:apiVersion:)``.
public func parseGetUserDetail(_ response: RawResponse) throws(AcsAuthError) -> CommunicationUserDetail {
    try calling { .init(try AcsAuthNative.parseGetUserDetail(response: response.native())) }
}

/// Returns how long a response asks to wait before the next call (retry-after-ms, x-ms-retry-after-ms or Retry-After), or
/// `nil` if it doesn't.
public func retryAfter(headers: [Header], receivedAt: Date = .now) throws(AcsAuthError) -> Duration? {
    let receivedAt = try receivedAt.unixSeconds("receivedAt")
    return try calling {
        try retryAfterMs(headers: headers.map(\.native), receivedAt: receivedAt).map(Duration.init(ms:))
    }
}
