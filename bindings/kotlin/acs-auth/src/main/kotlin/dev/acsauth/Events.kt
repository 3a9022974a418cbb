package dev.acsauth

import java.time.Duration

/** What an [Observer] is told. */
sealed class Event {
    override fun toString(): String = javaClass.simpleName

    /** A token came from the memory of this process. */
    object CacheHit : Event()

    /** A token came from the Redis that processes share. */
    object SharedCacheHit : Event()

    /** A caller waits for the exchange of another with the same token. */
    object Coalesced : Event()

    /** A cached rejection was returned without a call of the service. */
    object NegativeCacheHit : Event()

    /** The limit made a caller wait this long, or rejected it. */
    class Limited internal constructor(val wait: Duration, val isRejected: Boolean) : Event()

    /** The service throttled the call, so all exchanges pause. */
    class Paused internal constructor(val wait: Duration) : Event()

    /** An exchange ended, with an error of this kind or none. */
    class Exchanged internal constructor(val error: ErrorKind?, val took: Duration) : Event()

    /** A user's tokens were forgotten. */
    object SignedOut : Event()

    /** Events are missing here, because the observer was slower than they came. */
    class Dropped internal constructor(val count: Long) : Event()

    /** A handler answered a request. */
    class RequestCompleted internal constructor(val route: String, val status: Int, val took: Duration) : Event()
}
