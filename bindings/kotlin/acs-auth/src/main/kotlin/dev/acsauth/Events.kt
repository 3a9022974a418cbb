package dev.acsauth

import java.time.Duration

/** An event for an [Observer]. */
sealed class Event {
    override fun toString(): String = javaClass.simpleName

    /** A token came from this process's memory cache. */
    object CacheHit : Event()

    /** A token came from the shared Redis. */
    object SharedCacheHit : Event()

    /** A caller got the result of another caller's exchange of the same token. */
    object Coalesced : Event()

    /** A cached rejection was returned without calling the service. */
    object NegativeCacheHit : Event()

    /** An exchange waited for the limit for [wait], or was rejected because it would have had to wait that long. */
    class Limited internal constructor(val wait: Duration, val isRejected: Boolean) : Event()

    /** The service throttled an exchange, so all exchanges pause for [wait]. */
    class Paused internal constructor(val wait: Duration) : Event()

    /** An exchange ended after [took], retries included. [error] is null if it succeeded. */
    class Exchanged internal constructor(val error: ErrorKind?, val took: Duration) : Event()

    /** A user was signed out, so the user's tokens were evicted. */
    object SignedOut : Event()

    /** This many events were dropped here because the observer was too slow. */
    class Dropped internal constructor(val count: Long) : Event()

    /** A handler answered a request after [took]. [route] is its path, such as "/api/token/teams"; "other" for an unknown path. */
    class RequestCompleted internal constructor(val route: String, val status: Int, val took: Duration) : Event()
}
