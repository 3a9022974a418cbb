import AcsAuth
import Foundation

/// An operation of the client, as a call and as a prepare and a parse function. Arguments have the names of tests/conformance.
package struct ClientOperation: Sendable {
    package let name: String
    /// The names of the arguments that are texts, including scopes.
    package let texts: [String]
    package let call: @Sendable (CommunicationIdentityClient, JSON, CallOptions) async throws -> (any Sendable)?
    /// The operation without I/O: `prepare` builds the request, `parse` reads the response.
    package let prepare: @Sendable (Endpoint, JSON, _ apiVersion: String) throws -> PreparedRequest
    package let parse: @Sendable (RawResponse) throws -> (any Sendable)?

    package static let all = oldest + newest

    private static let oldest = [
        ClientOperation(
            name: "create_user", texts: [],
            call: { client, _, options in try await client.createUser(options: options) },
            prepare: { endpoint, _, version in try prepareCreateUser(endpoint: endpoint, apiVersion: version) },
            parse: { try parseCreateUser($0) }),
        ClientOperation(
            name: "create_user_and_token", texts: ["scopes"],
            call: { client, a, options in
                try await client.createUserAndToken(scopes: a.scopes, tokenExpiresIn: a.lifetime, options: options)
            },
            prepare: { endpoint, a, version in
                try prepareCreateUserAndToken(
                    endpoint: endpoint, scopes: a.scopes, tokenExpiresIn: a.lifetime, apiVersion: version)
            },
            parse: { try parseCreateUserAndToken($0) }),
        ClientOperation(
            name: "get_token", texts: ["user", "scopes"],
            call: { client, a, options in
                try await client.getToken(
                    for: try a.user, scopes: a.scopes, tokenExpiresIn: a.lifetime, options: options)
            },
            prepare: { endpoint, a, version in
                try prepareIssueToken(
                    endpoint: endpoint, user: try a.user, scopes: a.scopes, tokenExpiresIn: a.lifetime, apiVersion: version)
            },
            parse: { try parseIssueToken($0) }),
        ClientOperation(
            name: "revoke_tokens", texts: ["user"],
            call: { client, a, options in
                try await client.revokeTokens(of: try a.user, options: options)
                return nil
            },
            prepare: { endpoint, a, version in
                try prepareRevokeTokens(endpoint: endpoint, user: try a.user, apiVersion: version)
            },
            parse: { response in
                try parseRevokeTokens(response)
                return nil
            }),
        ClientOperation(
            name: "delete_user", texts: ["user"],
            call: { client, a, options in
                try await client.deleteUser(try a.user, options: options)
                return nil
            },
            prepare: { endpoint, a, version in
                try prepareDeleteUser(endpoint: endpoint, user: try a.user, apiVersion: version)
            },
            parse: { response in
                try parseDeleteUser(response)
                return nil
            }),
        ClientOperation(
            name: "get_token_for_teams_user", texts: ["aad_token", "client_id", "user_object_id"],
            call: { client, a, options in
                try await client.getTokenForTeamsUser(
                    aadToken: try a.text("aad_token"), clientId: try a.text("client_id"),
                    userObjectId: try a.text("user_object_id"), options: options)
            },
            prepare: { endpoint, a, version in
                try prepareExchangeTeamsUser(
                    endpoint: endpoint, aadToken: try a.text("aad_token"), clientId: try a.text("client_id"),
                    userObjectId: try a.text("user_object_id"), apiVersion: version)
            },
            parse: { try parseExchangeTeamsUser($0) }),
        ClientOperation(
            name: "get_token_for_teams_extension_user", texts: ["aad_token"],
            call: { client, a, options in
                try await client.getTokenForTeamsExtensionUser(aadToken: try a.text("aad_token"), options: options)
            },
            prepare: { endpoint, a, version in
                try prepareExchangeTeamsExtension(
                    endpoint: endpoint, aadToken: try a.text("aad_token"), apiVersion: version)
            },
            parse: { try parseExchangeTeamsExtension($0) }),
    ]

    private static let newest = [
        ClientOperation(
            name: "put_teams_extension_assignment", texts: ["tenant_id", "object_id", "principal_type", "client_ids"],
            call: { client, a, options in
                try await client.putTeamsExtensionAssignment(
                    tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"),
                    principalType: .init(rawValue: try a.text("principal_type")), clientIds: a["client_ids"].texts,
                    options: options)
            },
            prepare: { endpoint, a, version in
                try preparePutTeamsExtensionAssignment(
                    endpoint: endpoint, tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"),
                    principalType: .init(rawValue: try a.text("principal_type")), clientIds: a["client_ids"].texts,
                    apiVersion: version)
            },
            parse: { try parsePutTeamsExtensionAssignment($0) }),
        ClientOperation(
            name: "get_teams_extension_assignment", texts: ["tenant_id", "object_id"],
            call: { client, a, options in
                try await client.getTeamsExtensionAssignment(
                    tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"), options: options)
            },
            prepare: { endpoint, a, version in
                try prepareGetTeamsExtensionAssignment(
                    endpoint: endpoint, tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"),
                    apiVersion: version)
            },
            parse: { try parseGetTeamsExtensionAssignment($0) }),
        ClientOperation(
            name: "delete_teams_extension_assignment", texts: ["tenant_id", "object_id"],
            call: { client, a, options in
                try await client.deleteTeamsExtensionAssignment(
                    tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"), options: options)
                return nil
            },
            prepare: { endpoint, a, version in
                try prepareDeleteTeamsExtensionAssignment(
                    endpoint: endpoint, tenantId: try a.text("tenant_id"), objectId: try a.text("object_id"),
                    apiVersion: version)
            },
            parse: { response in
                try parseDeleteTeamsExtensionAssignment(response)
                return nil
            }),
        ClientOperation(
            name: "get_token_for_entra_user", texts: ["aad_token"],
            call: { client, a, options in
                try await client.getTokenForEntraUser(aadToken: try a.text("aad_token"), options: options)
            },
            prepare: { endpoint, a, version in
                try prepareExchangeEntraUser(endpoint: endpoint, aadToken: try a.text("aad_token"), apiVersion: version)
            },
            parse: { try parseExchangeEntraUser($0) }),
        ClientOperation(
            name: "create_user_with_custom_id", texts: ["custom_id"],
            call: { client, a, options in
                try await client.createUserWithCustomId(try a.text("custom_id"), options: options)
            },
            prepare: { endpoint, a, version in
                try prepareCreateUserWithCustomId(
                    endpoint: endpoint, customId: try a.text("custom_id"), apiVersion: version)
            },
            parse: { try parseCreateUserWithCustomId($0) }),
        ClientOperation(
            name: "create_user_and_token_with_custom_id", texts: ["custom_id", "scopes"],
            call: { client, a, options in
                try await client.createUserAndTokenWithCustomId(
                    try a.text("custom_id"), scopes: a.scopes, tokenExpiresIn: a.lifetime, options: options)
            },
            prepare: { endpoint, a, version in
                try prepareCreateUserAndTokenWithCustomId(
                    endpoint: endpoint, customId: try a.text("custom_id"), scopes: a.scopes, tokenExpiresIn: a.lifetime,
                    apiVersion: version)
            },
            parse: { try parseCreateUserAndTokenWithCustomId($0) }),
        ClientOperation(
            name: "get_user_detail", texts: ["user"],
            call: { client, a, options in try await client.getUserDetail(of: try a.user, options: options) },
            prepare: { endpoint, a, version in
                try prepareGetUserDetail(endpoint: endpoint, user: try a.user, apiVersion: version)
            },
            parse: { try parseGetUserDetail($0) }),
    ]

    package static func named(_ name: String) throws -> ClientOperation {
        guard let found = all.first(where: { $0.name == name }) else { throw Failure("there is no operation \(name)") }
        return found
    }
}

/// Reads the arguments of operations.
extension JSON {
    /// Returns a text, which must exist.
    package func text(_ name: String) throws -> String {
        guard let text = self[name].text else { throw Failure("the argument \(name) is missing") }
        return text
    }

    package var texts: [String] { list.compactMap(\.text) }

    var user: CommunicationUserIdentifier {
        get throws { CommunicationUserIdentifier(try text("user")) }
    }

    var scopes: [CommunicationTokenScope] { self["scopes"].texts.map(CommunicationTokenScope.init(rawValue:)) }

    var lifetime: Duration? { self["token_expires_in_s"].number.map { .seconds($0) } }
}
