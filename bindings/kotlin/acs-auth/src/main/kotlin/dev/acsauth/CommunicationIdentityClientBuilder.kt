package dev.acsauth

import dev.acsauth.internal.ClientObject
import dev.acsauth.internal.CredentialAdapter
import dev.acsauth.internal.TransportAdapter
import dev.acsauth.internal.ffi.ClientOptions
import dev.acsauth.internal.ffi.CommunicationIdentityClient as NativeClient
import dev.acsauth.internal.milliseconds
import dev.acsauth.internal.native
import dev.acsauth.internal.toNative
import java.time.Duration

/** Builds clients from a connection string, or from an endpoint and a credential. Everything else has a default. */
class CommunicationIdentityClientBuilder {
    private var connectionString: String? = null
    private var endpoint: String? = null
    private var secondaryAccessKey: String? = null
    private var accessKey: String? = null
    private var credential: TokenCredential? = null
    private var cloud: Cloud? = null
    private var apiVersion: String? = null
    private var applicationId: String? = null
    private var rootCertificatesPem: ByteArray? = null
    private var clientIdentityPem: ByteArray? = null
    private var proxy: Proxy? = null
    private var tokenCheck: TokenCheck? = null
    private var allowInsecureEndpoint: Boolean? = null
    private var retryPolicy: RetryPolicy? = null
    private var timeout: Duration? = null
    private var connectTimeout: Duration? = null
    private var http2: Boolean? = null
    private var userAgent: String? = null
    private val headers = ArrayList<Header>()
    private var transport: Transport? = null
    private var preview: PreviewApiVersion? = null

    /** The resource's connection string, "endpoint=https://…;accesskey=…". */
    fun connectionString(connectionString: String) = apply { this.connectionString = connectionString }

    /** Instead of a connection string, the resource's endpoint, "https://….communication.azure.com". */
    fun endpoint(endpoint: String) = apply { this.endpoint = endpoint }

    /** The endpoint's access key in base64. */
    fun accessKey(accessKey: String) = apply { this.accessKey = accessKey }

    /** The resource's other access key: tried when the key in use is rejected, and then preferred until it is rejected in
     * turn. */
    fun secondaryAccessKey(secondaryAccessKey: String) = apply { this.secondaryAccessKey = secondaryAccessKey }

    /** A credential instead of the access key. */
    fun credential(credential: TokenCredential) = apply { this.credential = credential }

    /** The cloud whose names the token check expects in tokens. Default: the endpoint's cloud. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** The api-version of all operations; those of Teams Phone extensibility use at least the first that has them. */
    fun apiVersion(apiVersion: String) = apply { this.apiVersion = apiVersion }

    /** Like the method with a text. */
    fun apiVersion(apiVersion: ApiVersion) = apiVersion(apiVersion.toString())

    /** A name that is put in front of the User-Agent, at most 24 characters. Default: none. */
    fun applicationId(applicationId: String) = apply { this.applicationId = applicationId }

    /** More certificate authorities to trust, in PEM form: their text, not a path. */
    fun rootCertificatesPem(rootCertificatesPem: ByteArray) = apply { this.rootCertificatesPem = rootCertificatesPem }

    /** A certificate chain and its private key in PEM form, for a gateway that asks for one. */
    fun clientIdentityPem(clientIdentityPem: ByteArray) = apply { this.clientIdentityPem = clientIdentityPem }

    /** Default: the environment's proxy. */
    fun proxy(proxy: Proxy) = apply { this.proxy = proxy }

    /** How to treat a Teams token that the token check rejects. Default: warn. */
    fun tokenCheck(tokenCheck: TokenCheck) = apply { this.tokenCheck = tokenCheck }

    /** Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default: no. */
    fun allowInsecureEndpoint(allowInsecureEndpoint: Boolean) = apply { this.allowInsecureEndpoint = allowInsecureEndpoint }

    /** How failed requests are retried. */
    fun retryPolicy(retryPolicy: RetryPolicy) = apply { this.retryPolicy = retryPolicy }

    /** The deadline of a call, including all its attempts. Default 10 s. */
    fun timeout(timeout: Duration) = apply { this.timeout = timeout }

    /** The timeout for opening a connection, including TLS. Default 5 s. */
    fun connectTimeout(connectTimeout: Duration) = apply { this.connectTimeout = connectTimeout }

    /** Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays one call. */
    fun http2(http2: Boolean) = apply { this.http2 = http2 }

    /** A text to prepend to the User-Agent, before the application id: visible ASCII of any length, with spaces inside. Default: none. */
    fun userAgent(userAgent: String) = apply { this.userAgent = userAgent }

    /**
     * Adds a header to every request; a name may occur more than once. It is not signed. content-type and accept
     * replace the library's, and user-agent the whole of it. Signed headers, credentials, x-ms-client-request-id and
     * headers that describe the body or the connection cannot be set: the build fails and names them.
     */
    fun header(name: String, value: String) = apply { headers += Header(name, value) }

    /** Replaces the library's own HTTP client, whose options then have no effect. Default: none. */
    fun transport(transport: Transport) = apply { this.transport = transport }

    /** Allows the operations that exist only in this preview of the API. Default: none, so they fail without being sent. */
    fun preview(preview: PreviewApiVersion) = apply { this.preview = preview }

    internal fun made(): ClientObject {
        val adapter = credential?.let(::CredentialAdapter)
        val options = ClientOptions(
            connectionString = connectionString,
            secondaryAccessKey = secondaryAccessKey,
            endpoint = endpoint,
            accessKey = accessKey,
            cloud = cloud?.let(::toNative),
            apiVersion = apiVersion,
            applicationId = applicationId,
            rootCertificatesPem = rootCertificatesPem,
            clientIdentityPem = clientIdentityPem,
            proxy = proxy?.let(::toNative),
            tokenCheck = tokenCheck?.let(::toNative),
            allowInsecureEndpoint = allowInsecureEndpoint,
            retryPolicy = retryPolicy?.let(::toNative),
            timeoutMs = milliseconds("timeout", timeout),
            connectTimeoutMs = milliseconds("connect_timeout", connectTimeout),
            http2 = http2,
            userAgent = userAgent,
            headers = lowered(headers),
            preview = preview?.toString(),
        )
        return ClientObject(native { NativeClient(options, adapter, transport?.let(::TransportAdapter)) }, adapter)
    }

    /** Builds a client that blocks the calling thread. It doesn't connect yet. */
    fun buildClient(): CommunicationIdentityClient = CommunicationIdentityClient(made())

    /** Builds a client that returns futures. It doesn't connect yet. */
    fun buildAsyncClient(): CommunicationIdentityAsyncClient =
        CommunicationIdentityAsyncClient(made())
}
