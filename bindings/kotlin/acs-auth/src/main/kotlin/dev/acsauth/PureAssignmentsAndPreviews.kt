@file:JvmName("AcsAuth")
@file:JvmMultifileClass

package dev.acsauth

import dev.acsauth.internal.native
import dev.acsauth.internal.seconds
import dev.acsauth.internal.texts
import dev.acsauth.internal.toNative
import dev.acsauth.internal.toPublic
import java.time.Duration

/** Prepares the request of [CommunicationIdentityClient.putTeamsExtensionAssignment]. */
fun preparePutTeamsExtensionAssignment(
    endpoint: Endpoint,
    tenantId: String,
    objectId: String,
    principalType: TeamsExtensionPrincipalType,
    clientIds: Iterable<String>,
    apiVersion: String,
): PreparedRequest = native {
    prepared(
        dev.acsauth.internal.ffi.preparePutTeamsExtensionAssignment(
            endpoint.handle, tenantId, objectId, principalType.toString(), clientIds.toList(), apiVersion,
        ),
    )
}

/** Prepares the request of [CommunicationIdentityClient.getTeamsExtensionAssignment]. */
fun prepareGetTeamsExtensionAssignment(
    endpoint: Endpoint,
    tenantId: String,
    objectId: String,
    apiVersion: String,
): PreparedRequest = native {
    prepared(dev.acsauth.internal.ffi.prepareGetTeamsExtensionAssignment(endpoint.handle, tenantId, objectId, apiVersion))
}

/** Prepares the request of [CommunicationIdentityClient.deleteTeamsExtensionAssignment]. */
fun prepareDeleteTeamsExtensionAssignment(
    endpoint: Endpoint,
    tenantId: String,
    objectId: String,
    apiVersion: String,
): PreparedRequest = native {
    prepared(dev.acsauth.internal.ffi.prepareDeleteTeamsExtensionAssignment(endpoint.handle, tenantId, objectId, apiVersion))
}

/** Prepares the request of [CommunicationIdentityClient.getTokenForEntraUser]. Preview. */
fun prepareExchangeEntraUser(endpoint: Endpoint, aadToken: String, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareExchangeEntraUser(endpoint.handle, aadToken, apiVersion)) }

/** Prepares the request of [CommunicationIdentityClient.createUserWithCustomId]. Preview. */
fun prepareCreateUserWithCustomId(endpoint: Endpoint, customId: String, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareCreateUserWithCustomId(endpoint.handle, customId, apiVersion)) }

/** Prepares the request of [CommunicationIdentityClient.createUserAndTokenWithCustomId]. Preview. */
fun prepareCreateUserAndTokenWithCustomId(
    endpoint: Endpoint,
    customId: String,
    scopes: Iterable<CommunicationTokenScope>,
    tokenExpiresIn: Duration?,
    apiVersion: String,
): PreparedRequest = native {
    val expiresIn = seconds("token_expires_in", tokenExpiresIn)
    prepared(
        dev.acsauth.internal.ffi.prepareCreateUserAndTokenWithCustomId(
            endpoint.handle, customId, texts(scopes), expiresIn, apiVersion,
        ),
    )
}

/** Prepares the request of [CommunicationIdentityClient.getUserDetail]. Preview. */
fun prepareGetUserDetail(endpoint: Endpoint, user: CommunicationUserIdentifier, apiVersion: String): PreparedRequest =
    native { prepared(dev.acsauth.internal.ffi.prepareGetUserDetail(endpoint.handle, toNative(user), apiVersion)) }

/** Parses the response to a request of [preparePutTeamsExtensionAssignment]. */
fun parsePutTeamsExtensionAssignment(response: RawResponse): TeamsExtensionAssignment =
    native { toPublic(dev.acsauth.internal.ffi.parsePutTeamsExtensionAssignment(response.lowered())) }

/** Parses the response to a request of [prepareGetTeamsExtensionAssignment]. */
fun parseGetTeamsExtensionAssignment(response: RawResponse): TeamsExtensionAssignment =
    native { toPublic(dev.acsauth.internal.ffi.parseGetTeamsExtensionAssignment(response.lowered())) }

/** Parses the response to a request of [prepareDeleteTeamsExtensionAssignment]. */
fun parseDeleteTeamsExtensionAssignment(response: RawResponse) =
    native { dev.acsauth.internal.ffi.parseDeleteTeamsExtensionAssignment(response.lowered()) }

/** Parses the response to a request of [prepareExchangeEntraUser]. */
fun parseExchangeEntraUser(response: RawResponse): CommunicationUserToken =
    native { toPublic(dev.acsauth.internal.ffi.parseExchangeEntraUser(response.lowered())) }

/** Parses the response to a request of [prepareCreateUserWithCustomId]. */
fun parseCreateUserWithCustomId(response: RawResponse): CommunicationUserIdentifier =
    native { toPublic(dev.acsauth.internal.ffi.parseCreateUserWithCustomId(response.lowered())) }

/** Parses the response to a request of [prepareCreateUserAndTokenWithCustomId]. */
fun parseCreateUserAndTokenWithCustomId(response: RawResponse): CommunicationUserToken =
    native { toPublic(dev.acsauth.internal.ffi.parseCreateUserAndTokenWithCustomId(response.lowered())) }

/** Parses the response to a request of [prepareGetUserDetail]. */
fun parseGetUserDetail(response: RawResponse): CommunicationUserDetail =
    native { toPublic(dev.acsauth.internal.ffi.parseGetUserDetail(response.lowered())) }
