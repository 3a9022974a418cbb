package dev.acsauth.testee

import dev.acsauth.CommunicationCloudEnvironment
import dev.acsauth.CommunicationIdentifier
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.MicrosoftTeamsAppIdentifier
import dev.acsauth.MicrosoftTeamsUserIdentifier
import dev.acsauth.PhoneNumberIdentifier
import dev.acsauth.TeamsExtensionUserIdentifier
import dev.acsauth.UnknownIdentifier

/** Marks an identifier whose result has all its members. Without it, a user's result has only the id, as for a client's operation. */
class Identified(val identifier: CommunicationIdentifier) {
    override fun toString() = identifier.toString()
}

fun membersOf(given: CommunicationIdentifier): Map<String, Any?> {
    val members = mapOf(
        "kind" to given.kind.name.lowercase(), "raw_id" to given.rawId, "phone_number" to null, "asserted_id" to null,
        "is_anonymous" to false, "user_id" to null, "app_id" to null, "tenant_id" to null, "resource_id" to null, "cloud" to null,
    )
    fun name(cloud: CommunicationCloudEnvironment) = cloud.name.lowercase()
    return members + when (given) {
        is CommunicationUserIdentifier, is UnknownIdentifier -> emptyMap()
        is PhoneNumberIdentifier -> mapOf(
            "phone_number" to given.phoneNumber, "asserted_id" to given.assertedId, "is_anonymous" to given.isAnonymous,
        )
        is MicrosoftTeamsUserIdentifier -> mapOf(
            "user_id" to given.userId, "is_anonymous" to given.isAnonymous, "cloud" to name(given.cloudEnvironment),
        )
        is MicrosoftTeamsAppIdentifier -> mapOf("app_id" to given.appId, "cloud" to name(given.cloudEnvironment))
        is TeamsExtensionUserIdentifier -> mapOf(
            "user_id" to given.userId, "tenant_id" to given.tenantId, "resource_id" to given.resourceId,
            "cloud" to name(given.cloudEnvironment),
        )
    }
}

fun made(a: Arguments): CommunicationIdentifier {
    val cloud = CommunicationCloudEnvironment.valueOf((a["cloud"] as String? ?: "public").uppercase())
    val rawId = a["raw_id"] as String?
    return when (val kind = a.text("kind")) {
        "communication_user" -> CommunicationUserIdentifier(a.text("id"))
        "phone_number" -> PhoneNumberIdentifier(a.text("phone_number"), rawId)
        "microsoft_teams_user" ->
            MicrosoftTeamsUserIdentifier(a.text("user_id"), a["is_anonymous"] as Boolean? ?: false, cloud, rawId)
        "microsoft_teams_app" -> MicrosoftTeamsAppIdentifier(a.text("app_id"), cloud, rawId)
        "teams_extension_user" ->
            TeamsExtensionUserIdentifier(a.text("user_id"), a.text("tenant_id"), a.text("resource_id"), cloud, rawId)
        "unknown" -> UnknownIdentifier(a.text("raw_id"))
        else -> throw AssertionError("there is no kind $kind")
    }
}
