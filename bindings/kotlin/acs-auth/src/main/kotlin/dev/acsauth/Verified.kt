package dev.acsauth

import java.time.Instant

/** The claims of a verified bearer token. */
class VerifiedToken internal constructor(
    /** The claim tid: the user's tenant. */
    val tenantId: String,
    /** The claim oid: the user. */
    val objectId: String,
    /** The claim appid or azp: the application that the token was issued to. */
    val clientId: String,
    /** The claim scp: the permissions. */
    val scopes: List<String>,
    /** The version of the token. */
    val version: TokenVersion,
    /** When the token expires. */
    val expiresOn: Instant,
) {
    override fun toString() = "VerifiedToken(tenantId=$tenantId, objectId=$objectId, clientId=$clientId, scopes=$scopes)"
}
