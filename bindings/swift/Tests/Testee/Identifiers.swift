import AcsAuth
import TestSupport

/// Creates an identifier from the parts in a case.
func identifier(_ a: JSON) throws -> CommunicationIdentifier {
    let name = a["cloud"].text ?? "public"
    guard let cloud = CommunicationCloudEnvironment.allCases.first(where: { snakeCase($0) == name }) else {
        throw Failure("there is no cloud \(name)")
    }
    let rawId = a["raw_id"].text
    switch try a.text("kind") {
    case "communication_user": return .communicationUser(.init(try a.text("id")))
    case "phone_number": return .phoneNumber(.init(try a.text("phone_number"), rawId: rawId))
    case "microsoft_teams_user":
        let isAnonymous = a["is_anonymous"].bool ?? false
        return .microsoftTeamsUser(
            .init(userId: try a.text("user_id"), isAnonymous: isAnonymous, cloud: cloud, rawId: rawId))
    case "microsoft_teams_app":
        return .microsoftTeamsApp(.init(appId: try a.text("app_id"), cloud: cloud, rawId: rawId))
    case "teams_extension_user":
        return .teamsExtensionUser(
            .init(
                userId: try a.text("user_id"), tenantId: try a.text("tenant_id"), resourceId: try a.text("resource_id"),
                cloud: cloud, rawId: rawId))
    case "unknown": return .unknown(.init(rawId: try a.text("raw_id")))
    case let kind: throw Failure("there is no kind \(kind)")
    }
}

/// Returns an identifier's members as cases compare them: null if its kind doesn't have the member.
func members(of identifier: CommunicationIdentifier) -> JSON {
    var members: [String: JSON] = [
        "kind": .text(snakeCase(identifier.kind)), "raw_id": .text(identifier.rawId), "phone_number": .null,
        "asserted_id": .null, "is_anonymous": .bool(false), "user_id": .null, "app_id": .null, "tenant_id": .null,
        "resource_id": .null, "cloud": .null,
    ]
    switch identifier {
    case .communicationUser, .unknown: break
    case .phoneNumber(let phone):
        members["phone_number"] = .text(phone.phoneNumber)
        members["asserted_id"] = JSON(phone.assertedId)
        members["is_anonymous"] = .bool(phone.isAnonymous)
    case .microsoftTeamsUser(let user):
        members["user_id"] = .text(user.userId)
        members["is_anonymous"] = .bool(user.isAnonymous)
        members["cloud"] = .text(snakeCase(user.cloud))
    case .microsoftTeamsApp(let app):
        members["app_id"] = .text(app.appId)
        members["cloud"] = .text(snakeCase(app.cloud))
    case .teamsExtensionUser(let user):
        members["user_id"] = .text(user.userId)
        members["tenant_id"] = .text(user.tenantId)
        members["resource_id"] = .text(user.resourceId)
        members["cloud"] = .text(snakeCase(user.cloud))
    }
    return .object(members)
}
