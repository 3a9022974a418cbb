package dev.acsauth

import java.time.Duration

/** An event for an [Observer]. */
sealed class Event {
    override fun toString(): String = javaClass.simpleName

    /** A token came from this process's memory cache. */
    object CacheHit : Event()

    /** A token came from the shared Redis. */
    object SharedCacheHit : Event()

    /** A caller is waiting for another caller's exchange of the same token. */
    object Coalesced : Event()

    /** A cached rejection was returned without calling the service. */
    object NegativeCacheHit : Event()

    /** The limit made a caller wait this long, or rejected it. */
    class Limited internal constructor(val wait: Duration, val isRejected: Boolean) : Event()

    /** The service throttled the call, so all exchanges pause. */
    class Paused internal constructor(val wait: Duration) : Event()

    /** An exchange ended, with an error of this kind or none. */
    class Exchanged internal constructor(val error: ErrorKind?, val took: Duration) : Event()

    /** A user's tokens were evicted. */
    object SignedOut : Event()

    /** Events were dropped here because the observer was too slow. */
    class Dropped internal constructor(val count: Long) : Event()

    /** A handler answered a request. */
    class RequestCompleted internal constructor(val route: String, val status: Int, val took: Duration) : Event()
}
