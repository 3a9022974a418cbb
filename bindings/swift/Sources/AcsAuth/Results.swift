internal import acsFFI
import Foundation

/// Takes an operation's result out of a successful completion, converts it and frees it.
typealias Taking<T> = @Sendable (_ completion: OpaquePointer?) -> T

@Sendable func takeNothing(_ completion: OpaquePointer?) {}

@Sendable func takeYesOrNo(_ completion: OpaquePointer?) -> Bool {
    acs_completion_reachable(completion) == 1
}

/// Like ``takeYesOrNo(_:)``; `nil` if the question doesn't apply.
@Sendable func takeReachable(_ completion: OpaquePointer?) -> Bool? {
    acs_completion_reachable(completion) == Int32(ACS_NOT_APPLICABLE) ? nil : takeYesOrNo(completion)
}

@Sendable func takeUser(_ completion: OpaquePointer?) -> CommunicationUserIdentifier {
    let user = acs_completion_take_user(completion)
    defer { acs_user_free(user) }
    return CommunicationUserIdentifier(text(acs_user_id(user)))
}

@Sendable func takeToken(_ completion: OpaquePointer?) -> AccessToken {
    let token = acs_completion_take_token(completion)
    defer { acs_token_free(token) }
    return AccessToken(token: text(acs_token_text(token)), expiresOn: Date(unix: acs_token_expires_on(token)))
}

@Sendable func takeUserToken(_ completion: OpaquePointer?) -> CommunicationUserToken {
    let both = acs_completion_take_user_token(completion)
    defer { acs_user_token_free(both) }
    let expiresOn = Date(unix: acs_user_token_expires_on(both))
    return CommunicationUserToken(
        user: CommunicationUserIdentifier(text(acs_user_token_user_id(both))),
        token: AccessToken(token: text(acs_user_token_text(both)), expiresOn: expiresOn))
}

@Sendable func takeUserDetail(_ completion: OpaquePointer?) -> CommunicationUserDetail {
    let detail = acs_completion_take_user_detail(completion)
    defer { acs_user_detail_free(detail) }
    let issued = acs_user_detail_last_token_issued_at(detail)
    return CommunicationUserDetail(
        user: CommunicationUserIdentifier(text(acs_user_detail_user_id(detail))),
        customId: optionalText(acs_user_detail_custom_id(detail)),
        lastTokenIssuedAt: issued == 0 ? nil : Date(unix: issued))
}

@Sendable func takeTeamsExtensionAssignment(_ completion: OpaquePointer?) -> TeamsExtensionAssignment {
    let assignment = acs_completion_take_teams_extension_assignment(completion)
    defer { acs_teams_extension_assignment_free(assignment) }
    return TeamsExtensionAssignment(
        tenantId: text(acs_teams_extension_assignment_tenant_id(assignment)),
        objectId: text(acs_teams_extension_assignment_object_id(assignment)),
        principalType: .init(rawValue: text(acs_teams_extension_assignment_principal_type(assignment))),
        clientIds: (0..<acs_teams_extension_assignment_client_id_count(assignment)).map {
            text(acs_teams_extension_assignment_client_id(assignment, $0))
        })
}

@Sendable func takeVerifiedToken(_ completion: OpaquePointer?) -> VerifiedToken {
    let verified = acs_completion_take_verified_token(completion)
    defer { acs_verified_token_free(verified) }
    return VerifiedToken(
        tenantId: text(acs_verified_token_tenant_id(verified)), objectId: text(acs_verified_token_object_id(verified)),
        clientId: text(acs_verified_token_client_id(verified)),
        scopes: (0..<acs_verified_token_scope_count(verified)).map { text(acs_verified_token_scope(verified, $0)) },
        version: acs_verified_token_version(verified) == ACS_TOKEN_VERSION_1 ? .v1 : .v2,
        expiresOn: Date(unix: acs_verified_token_expires_on(verified)))
}

@Sendable func takeResponse(_ completion: OpaquePointer?) -> Response {
    let response = acs_completion_take_response(completion)
    defer { acs_response_free(response) }
    let body = acs_response_body(response)
    return Response(
        status: Int(acs_response_status(response)),
        headers: (0..<acs_response_header_count(response)).map { Header(acs_response_header(response, $0)) },
        body: body.data.map { Data(bytes: $0, count: body.len) } ?? Data())
}

/// Copies the response from a completion, which still owns it.
func callResponse(_ completion: OpaquePointer?) -> CallResponse? {
    guard let response = acs_completion_call_response(completion) else { return nil }
    return CallResponse(
        status: Int(acs_call_response_status(response)),
        headers: (0..<acs_call_response_header_count(response)).map { Header(acs_call_response_header(response, $0)) },
        clientRequestId: text(acs_call_response_client_request_id(response)),
        attempts: Int(acs_call_response_attempts(response)))
}

extension Header {
    fileprivate init(_ header: acs_header) {
        self.init(text(header.name), text(header.value))
    }
}

extension AcsAuthError {
    /// Copies an error of the C ABI and frees it.
    init(taking error: OpaquePointer?) {
        defer { acs_error_free(error) }
        let status = acs_error_http_status(error)
        let wait = acs_error_retry_after_ms(error)
        self.init(
            kind: ErrorKind(rawValue: Int32(bitPattern: acs_error_kind(error).rawValue)) ?? .internal,
            reason: text(acs_error_reason(error)), status: status == 0 ? nil : Int(status),
            code: optionalText(acs_error_code(error)), target: optionalText(acs_error_target(error)),
            retryAfter: wait < 0 ? nil : .milliseconds(wait),
            clientRequestId: optionalText(acs_error_client_request_id(error)), msCv: optionalText(acs_error_ms_cv(error)))
    }
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    optionalText(pointer) ?? ""
}

private func optionalText(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
}
