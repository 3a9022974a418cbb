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

    /** Sets the resource's connection string, "endpoint=https://…;accesskey=…". */
    fun connectionString(connectionString: String) = apply { this.connectionString = connectionString }

    /** Sets the resource's endpoint, "https://….communication.azure.com", instead of a connection string. */
    fun endpoint(endpoint: String) = apply { this.endpoint = endpoint }

    /** Sets the endpoint's access key, in base64. */
    fun accessKey(accessKey: String) = apply { this.accessKey = accessKey }

    /** Sets the resource's other access key: tried when the key in use is rejected, and then preferred until it is rejected
     * in turn. Default: none. */
    fun secondaryAccessKey(secondaryAccessKey: String) = apply { this.secondaryAccessKey = secondaryAccessKey }

    /** Sets a credential that returns bearer tokens, instead of the access key. */
    fun credential(credential: TokenCredential) = apply { this.credential = credential }

    /** Sets the cloud whose names the token check expects in tokens. Default: the endpoint's cloud. */
    fun cloud(cloud: Cloud) = apply { this.cloud = cloud }

    /** Sets the api-version of all operations; those of Teams Phone extensibility use at least the first that has them. Default
     * [DEFAULT_API_VERSION]. */
    fun apiVersion(apiVersion: String) = apply { this.apiVersion = apiVersion }

    /** Sets the api-version of all operations to one that has a name. */
    fun apiVersion(apiVersion: ApiVersion) = apiVersion(apiVersion.toString())

    /** Prepends a name to the User-Agent: at most 24 characters of A-Z, a-z, 0-9, ".", "_", "-" and "/". Default: none. */
    fun applicationId(applicationId: String) = apply { this.applicationId = applicationId }

    /** Trusts these certificate authorities as well, in PEM form: their text, not a path. */
    fun rootCertificatesPem(rootCertificatesPem: ByteArray) = apply { this.rootCertificatesPem = rootCertificatesPem }

    /** Presents a client certificate, for a gateway that asks for one: its chain and private key in PEM form. */
    fun clientIdentityPem(clientIdentityPem: ByteArray) = apply { this.clientIdentityPem = clientIdentityPem }

    /** Sets the proxy for requests to the service. Default: the environment's proxy. */
    fun proxy(proxy: Proxy) = apply { this.proxy = proxy }

    /** Sets how to treat a Teams token that the token check rejects. Default: warn. */
    fun tokenCheck(tokenCheck: TokenCheck) = apply { this.tokenCheck = tokenCheck }

    /** Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default: no. */
    fun allowInsecureEndpoint(allowInsecureEndpoint: Boolean) = apply { this.allowInsecureEndpoint = allowInsecureEndpoint }

    /** Sets how failed requests are retried. Default: up to 3 attempts. */
    fun retryPolicy(retryPolicy: RetryPolicy) = apply { this.retryPolicy = retryPolicy }

    /** Sets the deadline of a call, including all its attempts. Default 10 s. */
    fun timeout(timeout: Duration) = apply { this.timeout = timeout }

    /** Sets the timeout for opening a connection, including TLS. Default 5 s. */
    fun connectTimeout(connectTimeout: Duration) = apply { this.connectTimeout = connectTimeout }

    /** Offers HTTP/2 to the service. Default: no; with HTTP/1.1, a connection that goes silent delays one call. */
    fun http2(http2: Boolean) = apply { this.http2 = http2 }

    /** Prepends a text to the User-Agent, before the application id: visible ASCII of any length, with spaces inside. Default: none. */
    fun userAgent(userAgent: String) = apply { this.userAgent = userAgent }

    /**
     * Adds a header to every request; a name may occur more than once. The signature doesn't cover it. content-type and
     * accept replace the library's, and user-agent replaces the library's whole value. Signed headers, credentials,
     * x-ms-client-request-id and headers that describe the body or the connection cannot be set: building the client
     * then throws [InvalidArgumentException], which names the header.
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

    /**
     * Builds a client that blocks the calling thread. It doesn't connect yet.
     *
     * @throws InvalidConnectionStringException if the connection string, the endpoint or a key is invalid
     * @throws InvalidArgumentException if another option is invalid; the target names it
     */
    fun buildClient(): CommunicationIdentityClient = CommunicationIdentityClient(made())

    /** Builds a client that returns futures. It doesn't connect yet, and throws like [buildClient]. */
    fun buildAsyncClient(): CommunicationIdentityAsyncClient =
        CommunicationIdentityAsyncClient(made())
}
