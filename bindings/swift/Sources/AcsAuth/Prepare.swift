internal import AcsAuthNative
import Foundation

/// The default api-version: that of all operations except those of Teams Phone extensibility and of previews.
public let defaultApiVersion: String = AcsAuthNative.defaultApiVersion()

/// The first api-version with Teams Phone extensibility: its exchange and its assignments.
public let teamsExtensionApiVersion: String = AcsAuthNative.teamsExtensionApiVersion()

/// The method of a request.
public enum Method: String, Sendable, CaseIterable {
    /// DELETE
    case delete = "DELETE"
    /// GET
    case get = "GET"
    /// PATCH
    case patch = "PATCH"
    /// POST
    case post = "POST"
    /// PUT
    case put = "PUT"
}

/// What authenticates a prepared request.
public enum Authentication: Sendable, CaseIterable {
    /// Your back end's own credential: sign the request with the access key, or add a bearer token.
    case credential
    /// The user's Entra token, which is already in the header authorization: send the request unchanged.
    case userToken
}

/// Whether a failed request may be sent again.
public enum Retryable: Sendable, CaseIterable {
    /// It may always be retried: it is idempotent.
    case always
    /// It creates something, so retry it only if the service cannot have processed it.
    case ifNotProcessed
}

/// The request of an operation, for sending it with your own HTTP client. Authenticate it as ``authentication`` states, send
/// it, and pass the response to the matching parse function. It prints without headers and body, which may contain a token.
public struct PreparedRequest: Sendable, Equatable, Redacted {
    /// The method.
    public let method: Method
    /// The absolute URL. It is signed and must be sent byte for byte.
    public let url: String
    /// The headers, names in lower case, complete except for host, a body's content-length and the credential. An empty
    /// POST has its own "content-length: 0": leave it out if the HTTP library adds it.
    public let headers: [Header]
    /// The body.
    public let body: Data
    /// What authenticates the request.
    public let authentication: Authentication
    /// Whether the request may be retried.
    public let retryable: Retryable

    fileprivate init(_ request: AcsAuthNative.PreparedRequest) {
        method =
            switch request.method {
            case .get: .get
            case .post: .post
            case .put: .put
            case .patch: .patch
            case .delete: .delete
            }
        url = request.url
        headers = request.headers.map(Header.init)
        body = request.body
        authentication =
            switch request.authentication {
            case .credential: .credential
            case .userToken: .userToken
            }
        retryable =
            switch request.retryable {
            case .always: .always
            case .ifNotProcessed: .ifNotProcessed
            }
    }

    var shown: KeyValuePairs<String, Any> {
        ["method": method, "url": url, "authentication": authentication, "retryable": retryable]
    }
}

/// Prepares the request that creates an identity.
public func prepareCreateUser(
    endpoint: Endpoint, apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling { .init(try AcsAuthNative.prepareCreateUser(endpoint: endpoint.native, apiVersion: apiVersion)) }
}

/// Prepares the request that creates an identity and issues a first token for it.
public func prepareCreateUserAndToken(
    endpoint: Endpoint, scopes: [CommunicationTokenScope], tokenExpiresIn: Duration? = nil,
    apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    let expiry = try tokenExpiresIn.wholeSeconds("tokenExpiresIn")
    return try calling {
        .init(
            try AcsAuthNative.prepareCreateUserAndToken(
                endpoint: endpoint.native, scopes: scopes.map(\.rawValue), tokenExpiresInS: expiry,
                apiVersion: apiVersion))
    }
}

/// Prepares the request that deletes an identity.
public func prepareDeleteUser(
    endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareDeleteUser(endpoint: endpoint.native, user: user.native, apiVersion: apiVersion))
    }
}

/// Prepares the request that exchanges an Entra token with the permission TeamsExtension.ManageCalls.
public func prepareExchangeTeamsExtension(
    endpoint: Endpoint, aadToken: String, apiVersion: String = teamsExtensionApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareExchangeTeamsExtension(
                endpoint: endpoint.native, aadToken: aadToken, apiVersion: apiVersion))
    }
}

/// Prepares the request that exchanges a Teams user's Entra token.
public func prepareExchangeTeamsUser(
    endpoint: Endpoint, aadToken: String, clientId: String, userObjectId: String,
    apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareExchangeTeamsUser(
                endpoint: endpoint.native, aadToken: aadToken, clientId: clientId, userObjectId: userObjectId,
                apiVersion: apiVersion))
    }
}

/// Prepares the request that issues a token for an identity.
public func prepareIssueToken(
    endpoint: Endpoint, user: CommunicationUserIdentifier, scopes: [CommunicationTokenScope],
    tokenExpiresIn: Duration? = nil, apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    let expiry = try tokenExpiresIn.wholeSeconds("tokenExpiresIn")
    return try calling {
        .init(
            try AcsAuthNative.prepareIssueToken(
                endpoint: endpoint.native, user: user.native, scopes: scopes.map(\.rawValue), tokenExpiresInS: expiry,
                apiVersion: apiVersion))
    }
}

/// Prepares the request that revokes all tokens of an identity.
public func prepareRevokeTokens(
    endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String = defaultApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareRevokeTokens(endpoint: endpoint.native, user: user.native, apiVersion: apiVersion))
    }
}

/// Prepares the request that assigns a principal to this resource's Teams Phone extensibility, or replaces its
/// assignment.
public func preparePutTeamsExtensionAssignment(
    endpoint: Endpoint, tenantId: String, objectId: String, principalType: TeamsExtensionPrincipalType,
    clientIds: [String] = [], apiVersion: String = teamsExtensionApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.preparePutTeamsExtensionAssignment(
                endpoint: endpoint.native, tenantId: tenantId, objectId: objectId,
                principalType: principalType.rawValue, clientIds: clientIds, apiVersion: apiVersion))
    }
}

/// Prepares the request that reads a principal's assignment.
public func prepareGetTeamsExtensionAssignment(
    endpoint: Endpoint, tenantId: String, objectId: String, apiVersion: String = teamsExtensionApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareGetTeamsExtensionAssignment(
                endpoint: endpoint.native, tenantId: tenantId, objectId: objectId, apiVersion: apiVersion))
    }
}

/// Prepares the request that deletes a principal's assignment.
public func prepareDeleteTeamsExtensionAssignment(
    endpoint: Endpoint, tenantId: String, objectId: String, apiVersion: String = teamsExtensionApiVersion
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareDeleteTeamsExtensionAssignment(
                endpoint: endpoint.native, tenantId: tenantId, objectId: objectId, apiVersion: apiVersion))
    }
}

/// Prepares the request that exchanges an Entra user's token. Preview.
public func prepareExchangeEntraUser(
    endpoint: Endpoint, aadToken: String, apiVersion: String = PreviewApiVersion.v2025_03_02Preview.rawValue
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareExchangeEntraUser(
                endpoint: endpoint.native, aadToken: aadToken, apiVersion: apiVersion))
    }
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already has it. Preview.
public func prepareCreateUserWithCustomId(
    endpoint: Endpoint, customId: String, apiVersion: String = PreviewApiVersion.v2025_03_02Preview.rawValue
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareCreateUserWithCustomId(
                endpoint: endpoint.native, customId: customId, apiVersion: apiVersion))
    }
}

/// Prepares the request that creates an identity with a custom id, or finds the one that already has it, and issues a
/// token for it. Preview.
public func prepareCreateUserAndTokenWithCustomId(
    endpoint: Endpoint, customId: String, scopes: [CommunicationTokenScope], tokenExpiresIn: Duration? = nil,
    apiVersion: String = PreviewApiVersion.v2025_03_02Preview.rawValue
) throws(AcsAuthError) -> PreparedRequest {
    let expiry = try tokenExpiresIn.wholeSeconds("tokenExpiresIn")
    return try calling {
        .init(
            try AcsAuthNative.prepareCreateUserAndTokenWithCustomId(
                endpoint: endpoint.native, customId: customId, scopes: scopes.map(\.rawValue),
                tokenExpiresInS: expiry, apiVersion: apiVersion))
    }
}

/// Prepares the request that returns the service's details of an identity. Preview.
public func prepareGetUserDetail(
    endpoint: Endpoint, user: CommunicationUserIdentifier,
    apiVersion: String = PreviewApiVersion.v2025_03_02Preview.rawValue
) throws(AcsAuthError) -> PreparedRequest {
    try calling {
        .init(
            try AcsAuthNative.prepareGetUserDetail(endpoint: endpoint.native, user: user.native, apiVersion: apiVersion))
    }
}
