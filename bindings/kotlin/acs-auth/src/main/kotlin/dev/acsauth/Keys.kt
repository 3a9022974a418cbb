package dev.acsauth

import dev.acsauth.internal.ffi.AccessKey as NativeAccessKey
import dev.acsauth.internal.ffi.ConnectionString as NativeConnectionString
import dev.acsauth.internal.ffi.Endpoint as NativeEndpoint
import dev.acsauth.internal.native

/** The endpoint of an ACS resource. */
class Endpoint private constructor(internal val handle: NativeEndpoint) {
    /** The endpoint's URL, without a trailing slash. */
    val url: String get() = native { handle.url() }

    override fun equals(other: Any?) = other is Endpoint && other.url == url

    override fun hashCode() = url.hashCode()

    override fun toString() = url

    companion object {
        internal fun of(handle: NativeEndpoint) = Endpoint(handle)

        /**
         * Parses an endpoint's URL: https, or http on loopback.
         *
         * @throws InvalidConnectionStringException if it isn't one
         */
        @JvmStatic
        fun parse(text: String): Endpoint = native { Endpoint(NativeEndpoint(text)) }

        /** Like [parse], but accepts http for any host: users' tokens are then sent in clear text. */
        @JvmStatic
        fun parseAllowingInsecure(text: String): Endpoint = native { Endpoint(NativeEndpoint.parseAllowingInsecure(text)) }
    }
}

/** The access key of an ACS resource. It prints without the key. */
class AccessKey private constructor(internal val handle: NativeAccessKey) {
    /**
     * Creates a key from its text in base64, as the Azure portal shows it.
     *
     * @throws InvalidConnectionStringException if it isn't base64
     */
    constructor(text: String) : this(native { NativeAccessKey(text) })

    override fun toString() = "AccessKey"

    internal companion object {
        fun of(handle: NativeAccessKey) = AccessKey(handle)
    }
}

/** The connection string of an ACS resource, split into its parts. It prints without the key. */
class ConnectionString private constructor(handle: NativeConnectionString) {
    /** The resource's endpoint. */
    val endpoint: Endpoint = Endpoint.of(handle.endpoint())

    /** The resource's access key. */
    val accessKey: AccessKey = AccessKey.of(handle.accessKey())

    override fun toString() = "ConnectionString(endpoint=$endpoint)"

    companion object {
        /**
         * Parses "endpoint=https://…;accesskey=…".
         *
         * @throws InvalidConnectionStringException if a part is missing or invalid; the target names the part
         */
        @JvmStatic
        fun parse(text: String): ConnectionString = native { ConnectionString(NativeConnectionString(text)) }

        /** Like [parse], but accepts http for any host: users' tokens are then sent in clear text. */
        @JvmStatic
        fun parseAllowingInsecure(text: String): ConnectionString =
            native { ConnectionString(NativeConnectionString.parseAllowingInsecure(text)) }
    }
}
