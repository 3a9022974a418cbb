package dev.acsauth.readme

import dev.acsauth.AccessToken
import dev.acsauth.AcsAuthException
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.EntraTokenInvalidException
import dev.acsauth.EntraTokenRejectedException
import dev.acsauth.Expectations
import dev.acsauth.HandlerSettings
import dev.acsauth.Header
import dev.acsauth.Request
import dev.acsauth.ThrottledException
import dev.acsauth.coroutines.CommunicationIdentityClient
import dev.acsauth.coroutines.CommunicationTokenCredential
import dev.acsauth.coroutines.TeamsTokenExchanger
import dev.acsauth.coroutines.TokenExchangeHandler
import dev.acsauth.inspect
import java.time.Duration

/** The snippets of README.md. ReadmeTest compares them with the page and runs them. */
object KotlinSnippets {
    suspend fun exchange(connectionString: String, teamsToken: String, clientId: String, userObjectId: String): AccessToken {
        val client = CommunicationIdentityClient(connectionString = connectionString, timeout = Duration.ofSeconds(5))
        client.use {
            val token = it.getTokenForTeamsUser(teamsToken, clientId, userObjectId)
            println("valid until ${token.expiresOn}")
            return token
        }
    }

    suspend fun identities(client: CommunicationIdentityClient) {
        val user = client.createUser()
        val token = client.getToken(user, listOf(CommunicationTokenScope.CHAT), Duration.ofHours(2))
        println("${user.id} may chat until ${token.expiresOn}")
        client.revokeTokens(user)
        client.deleteUser(user)
    }

    suspend fun failures(client: CommunicationIdentityClient, teamsToken: String, clientId: String, userObjectId: String): String =
        try {
            client.getTokenForTeamsUser(teamsToken, clientId, userObjectId).token
        } catch (failure: AcsAuthException) {
            when (failure) {
                is EntraTokenInvalidException, is EntraTokenRejectedException -> "sign the user in again: ${failure.reason}"
                is ThrottledException -> "wait ${failure.retryAfter}"
                else -> "${failure.kind}: ${failure.reason} (${failure.clientRequestId})"
            }
        }

    suspend fun cached(client: CommunicationIdentityClient, teamsToken: String, clientId: String, userObjectId: String) {
        TeamsTokenExchanger(client).use { exchanger ->
            val first = exchanger.exchange(teamsToken, clientId, userObjectId)
            val again = exchanger.exchange(teamsToken, clientId, userObjectId)
            check(first == again)
        }
    }

    suspend fun userCredential(client: CommunicationIdentityClient, user: CommunicationUserIdentifier) {
        val credential = CommunicationTokenCredential(
            refresher = { client.getToken(user, listOf(CommunicationTokenScope.CHAT)) },
            refreshProactively = true,
        )
        credential.use {
            val token = it.getToken()
            println("valid until ${token.expiresOn}")
        }
    }

    suspend fun handler(toml: String, bearer: String): Int {
        val handler = TokenExchangeHandler(settings = HandlerSettings.fromToml(toml))
        handler.use {
            val response = it.handle(Request("GET", "/api/token/teams", listOf(Header("Authorization", "Bearer $bearer"))))
            return response.status
        }
    }

    fun explain(teamsToken: String, clientId: String): String? {
        val found = inspect(teamsToken, Expectations.teamsUser().withClientId(clientId))
        return found.firstFailure?.explanation
    }
}
