package dev.acsauth.internal

import dev.acsauth.AccessToken
import dev.acsauth.Cloud
import dev.acsauth.CommunicationCloudEnvironment
import dev.acsauth.CommunicationTokenScope
import dev.acsauth.CommunicationUserDetail
import dev.acsauth.CommunicationUserIdentifier
import dev.acsauth.CommunicationUserToken
import dev.acsauth.ErrorKind
import dev.acsauth.Event
import dev.acsauth.FailureKind
import dev.acsauth.Header
import dev.acsauth.Proxy
import dev.acsauth.RedisOptions
import dev.acsauth.RetryPolicy
import dev.acsauth.TeamsExtensionAssignment
import dev.acsauth.TeamsExtensionPrincipalType
import dev.acsauth.TokenCheck
import dev.acsauth.TransportRequest
import dev.acsauth.internal.ffi.AccessToken as NativeAccessToken
import dev.acsauth.internal.ffi.Cloud as NativeCloud
import dev.acsauth.internal.ffi.CommunicationCloudEnvironment as NativeCloudEnvironment
import dev.acsauth.internal.ffi.CommunicationUserDetail as NativeUserDetail
import dev.acsauth.internal.ffi.CommunicationUserIdentifier as NativeUser
import dev.acsauth.internal.ffi.CommunicationUserToken as NativeUserToken
import dev.acsauth.internal.ffi.ErrorKind as NativeErrorKind
import dev.acsauth.internal.ffi.Event as NativeEvent
import dev.acsauth.internal.ffi.FailureKind as NativeFailureKind
import dev.acsauth.internal.ffi.Proxy as NativeProxy
import dev.acsauth.internal.ffi.RedisOptions as NativeRedisOptions
import dev.acsauth.internal.ffi.RetryPolicy as NativeRetryPolicy
import dev.acsauth.internal.ffi.TeamsExtensionAssignment as NativeAssignment
import dev.acsauth.internal.ffi.TokenCheck as NativeTokenCheck
import dev.acsauth.internal.ffi.TransportRequest as NativeTransportRequest
import java.time.Duration
import java.time.Instant

// The public enums have the same names as the generated ones.
internal fun toPublic(kind: NativeErrorKind) = ErrorKind.valueOf(kind.name)

internal fun toNative(kind: ErrorKind) = NativeErrorKind.valueOf(kind.name)

internal fun toPublic(cloud: NativeCloudEnvironment) = CommunicationCloudEnvironment.valueOf(cloud.name)

internal fun toNative(cloud: CommunicationCloudEnvironment) = NativeCloudEnvironment.valueOf(cloud.name)

internal fun toNative(tokenCheck: TokenCheck) = NativeTokenCheck.valueOf(tokenCheck.name)

internal fun toNative(kind: FailureKind) = NativeFailureKind.valueOf(kind.name)

internal fun toPublic(request: NativeTransportRequest) = with(request) {
    TransportRequest(
        method, url, headers.map { Header(it.name, it.value) }, body, Duration.ofMillis(timeoutMs.toLong()), maxResponseBytes.toLong(),
    )
}

internal fun toNative(proxy: Proxy): NativeProxy = when {
    proxy.isDirect -> NativeProxy.Direct
    proxy.url == null -> NativeProxy.Environment
    else -> NativeProxy.Url(proxy.url)
}

internal fun toNative(policy: RetryPolicy) = NativeRetryPolicy(
    maxAttempts = count("max_attempts", policy.maxAttempts),
    baseDelayMs = milliseconds("base_delay", policy.baseDelay),
    throttledDelayMs = milliseconds("throttled_delay", policy.throttledDelay),
    maxDelayMs = milliseconds("max_delay", policy.maxDelay),
    attemptTimeoutMs = milliseconds("attempt_timeout", policy.attemptTimeout),
)

internal fun toNative(cloud: Cloud) = with(cloud) {
    NativeCloud(authority, issuerV1, issuerV2, acsSuffix, teamsResource, teamsUserPrefixes)
}

internal fun toPublic(cloud: NativeCloud) = with(cloud) {
    Cloud(authority, issuerV1, issuerV2, acsSuffix, teamsResource, teamsUserPrefixes)
}

internal fun toNative(redis: RedisOptions) = NativeRedisOptions(
    url = redis.url,
    sealingKey = redis.sealingKey.handle,
    previousSealingKey = redis.previousSealingKey?.handle,
    username = redis.username,
    password = redis.password,
    keyPrefix = redis.keyPrefix,
    rootCertificatesPem = redis.rootCertificatesPem,
    timeoutMs = milliseconds("timeout", redis.timeout),
    connectTimeoutMs = milliseconds("connect_timeout", redis.connectTimeout),
    breakerMaxFailures = count("breaker_max_failures", redis.breakerMaxFailures),
    breakerResetTimeoutMs = milliseconds("breaker_reset_timeout", redis.breakerResetTimeout),
    breakerMaxResetTimeoutMs = milliseconds("breaker_max_reset_timeout", redis.breakerMaxResetTimeout),
)

internal fun toNative(user: CommunicationUserIdentifier) = NativeUser(user.id)

internal fun toPublic(user: NativeUser) = CommunicationUserIdentifier(user.id)

internal fun toPublic(token: NativeAccessToken) = AccessToken(token.token, Instant.ofEpochSecond(token.expiresOn))

internal fun toPublic(given: NativeUserToken) = CommunicationUserToken(toPublic(given.user), toPublic(given.token))

internal fun toPublic(given: NativeUserDetail) =
    CommunicationUserDetail(toPublic(given.user), given.customId, given.lastTokenIssuedAt?.let(Instant::ofEpochSecond))

internal fun toPublic(given: NativeAssignment) = TeamsExtensionAssignment(
    given.tenantId, given.objectId, TeamsExtensionPrincipalType.fromString(given.principalType), given.clientIds,
)

internal fun texts(scopes: Iterable<CommunicationTokenScope>): List<String> = scopes.map { it.toString() }

private fun microseconds(value: ULong) = Duration.ofNanos(value.toLong() * 1_000)

internal fun toPublic(event: NativeEvent): Event = when (event) {
    NativeEvent.CacheHit -> Event.CacheHit
    NativeEvent.SharedCacheHit -> Event.SharedCacheHit
    NativeEvent.Coalesced -> Event.Coalesced
    NativeEvent.NegativeCacheHit -> Event.NegativeCacheHit
    NativeEvent.SignedOut -> Event.SignedOut
    is NativeEvent.Limited -> Event.Limited(microseconds(event.waitUs), event.rejected)
    is NativeEvent.Paused -> Event.Paused(microseconds(event.waitUs))
    is NativeEvent.Exchanged -> Event.Exchanged(event.error?.let(::toPublic), microseconds(event.tookUs))
    is NativeEvent.Dropped -> Event.Dropped(event.count.toLong())
    is NativeEvent.RequestCompleted -> Event.RequestCompleted(event.route, event.status.toInt(), microseconds(event.tookUs))
}
