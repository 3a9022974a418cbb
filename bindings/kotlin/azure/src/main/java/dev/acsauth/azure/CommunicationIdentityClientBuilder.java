package dev.acsauth.azure;

import com.azure.core.client.traits.AzureKeyCredentialTrait;
import com.azure.core.client.traits.ConfigurationTrait;
import com.azure.core.client.traits.ConnectionStringTrait;
import com.azure.core.client.traits.EndpointTrait;
import com.azure.core.client.traits.HttpTrait;
import com.azure.core.client.traits.TokenCredentialTrait;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.http.policy.HttpLoggingPolicy;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.util.ClientOptions;
import com.azure.core.util.Configuration;
import com.azure.core.util.CoreUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Builds clients with the methods of the official builder. Options that acs-auth doesn't support are rejected at once, with what to
 * write instead. Options that only acs-auth has are set with {@link #customize}.
 */
public final class CommunicationIdentityClientBuilder implements
        AzureKeyCredentialTrait<CommunicationIdentityClientBuilder>,
        ConfigurationTrait<CommunicationIdentityClientBuilder>,
        ConnectionStringTrait<CommunicationIdentityClientBuilder>,
        EndpointTrait<CommunicationIdentityClientBuilder>,
        HttpTrait<CommunicationIdentityClientBuilder>,
        TokenCredentialTrait<CommunicationIdentityClientBuilder> {
    private final List<Consumer<dev.acsauth.CommunicationIdentityClientBuilder>> customizers = new ArrayList<>();
    private final List<HttpPipelinePolicy> policies = new ArrayList<>();
    private String connectionString;
    private HttpPipeline pipeline;
    private HttpClient httpClient;
    private String endpoint;
    private TokenCredential tokenCredential;
    private AzureKeyCredential keyCredential;
    private ClientOptions clientOptions;
    private HttpLogOptions logOptions;
    private Configuration configuration;
    private RetryOptions retryOptions;
    private CommunicationIdentityServiceVersion serviceVersion;

    /** Sets the resource's endpoint, "https://….communication.azure.com". */
    @Override
    public CommunicationIdentityClientBuilder endpoint(String endpoint) {
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
        return this;
    }

    /** Authenticates with bearer tokens of this credential. */
    @Override
    public CommunicationIdentityClientBuilder credential(TokenCredential tokenCredential) {
        this.tokenCredential = Objects.requireNonNull(tokenCredential, "tokenCredential");
        return this;
    }

    /** Authenticates with this access key. Its {@code update} takes effect with the next call of the client. */
    @Override
    public CommunicationIdentityClientBuilder credential(AzureKeyCredential keyCredential) {
        this.keyCredential = Objects.requireNonNull(keyCredential, "keyCredential");
        return this;
    }

    /**
     * Sets the resource's connection string, instead of the endpoint and the access key.
     *
     * @throws IllegalArgumentException if it is invalid; the message doesn't contain it
     */
    @Override
    public CommunicationIdentityClientBuilder connectionString(String connectionString) {
        Objects.requireNonNull(connectionString, "connectionString");
        Failures.translated(() -> dev.acsauth.ConnectionString.parseAllowingInsecure(connectionString));
        this.connectionString = connectionString;
        return this;
    }

    /**
     * Uses the application id and the headers of all requests from these options.
     *
     * @throws UnsupportedOperationException if they include tracing or metrics options
     */
    @Override
    public CommunicationIdentityClientBuilder clientOptions(ClientOptions clientOptions) {
        Objects.requireNonNull(clientOptions, "clientOptions");
        if (clientOptions.getTracingOptions() != null || clientOptions.getMetricsOptions() != null) {
            throw Failures.unsupported("clientOptions: leave setTracingOptions and setMetricsOptions out. Spans and metrics of calls "
                    + "are made around the client's methods.");
        }
        this.clientOptions = clientOptions;
        return this;
    }

    /** Uses AZURE_TELEMETRY_DISABLED from this configuration: if it is true, the application id isn't sent. Proxies come from the
     * environment, not from the configuration. */
    @Override
    public CommunicationIdentityClientBuilder configuration(Configuration configuration) {
        this.configuration = Objects.requireNonNull(configuration, "configuration");
        return this;
    }

    /**
     * Uses the application id from these options and, with {@link #httpClient} or {@link #addPolicy}, how requests and responses
     * are logged. Bodies are never logged, since they contain tokens.
     *
     * @throws UnsupportedOperationException if bodies are to be logged
     */
    @Override
    public CommunicationIdentityClientBuilder httpLogOptions(HttpLogOptions logOptions) {
        Objects.requireNonNull(logOptions, "logOptions");
        if (logOptions.getLogLevel() != null && logOptions.getLogLevel().shouldLogBody()) {
            throw Failures.unsupported("httpLogOptions: bodies hold tokens and are not logged. Write "
                    + "setLogLevel(HttpLogDetailLevel.HEADERS).");
        }
        this.logOptions = logOptions;
        return this;
    }

    /**
     * Sets how failed requests are retried. Delays are jittered. Options that aren't set have acs-auth's own defaults.
     *
     * @throws UnsupportedOperationException if they have a condition that decides whether to retry
     */
    @Override
    public CommunicationIdentityClientBuilder retryOptions(RetryOptions retryOptions) {
        Objects.requireNonNull(retryOptions, "retryOptions");
        if (retryOptions.getShouldRetryCondition() != null) {
            throw Failures.unsupported("retryOptions: a condition of your own is not asked. Leave setShouldRetryCondition out: only "
                    + "what the service cannot have processed, or may process twice, is sent again.");
        }
        this.retryOptions = retryOptions;
        return this;
    }

    /** Sets the API version of all operations. Default: {@link CommunicationIdentityServiceVersion#getLatest()}. */
    public CommunicationIdentityClientBuilder serviceVersion(CommunicationIdentityServiceVersion version) {
        this.serviceVersion = version;
        return this;
    }

    /**
     * Sends each attempt through this pipeline. acs-auth still signs and retries, so a credential is needed, and the pipeline
     * should have no policies of its own for that.
     */
    @Override
    public CommunicationIdentityClientBuilder pipeline(HttpPipeline pipeline) {
        this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
        return this;
    }

    /** Sends each attempt through this client instead of acs-auth's own. Configure proxies, certificates and connect timeouts in this
     * client. */
    @Override
    public CommunicationIdentityClientBuilder httpClient(HttpClient httpClient) {
        this.httpClient = Objects.requireNonNull(httpClient, "httpClient");
        return this;
    }

    /**
     * Adds this policy in front of {@link #httpClient}, or of azure-core's default client if there is none, which needs an HTTP client
     * such as azure-core-http-netty on the class path. The policy sees each signed attempt, whatever its position.
     */
    @Override
    public CommunicationIdentityClientBuilder addPolicy(HttpPipelinePolicy customPolicy) {
        policies.add(Objects.requireNonNull(customPolicy, "customPolicy"));
        return this;
    }

    /**
     * Always rejected: the settings of a policy object cannot be read.
     *
     * @throws UnsupportedOperationException always
     */
    public CommunicationIdentityClientBuilder retryPolicy(RetryPolicy retryPolicy) {
        throw Failures.unsupported("retryPolicy: write retryOptions(new RetryOptions(new ExponentialBackoffOptions()"
                + ".setMaxRetries(…))) in its place.");
    }

    /**
     * Sets options that only acs-auth has: {@code customize(builder -> builder.timeout(Duration.ofSeconds(5)))}. They override this
     * builder's options, whatever the order of the calls.
     */
    public CommunicationIdentityClientBuilder customize(Consumer<dev.acsauth.CommunicationIdentityClientBuilder> customizer) {
        customizers.add(Objects.requireNonNull(customizer, "customizer"));
        return this;
    }

    /**
     * Builds a client that blocks the calling thread. It doesn't connect yet.
     *
     * @throws IllegalArgumentException if there is no credential, or more than one
     */
    public CommunicationIdentityClient buildClient() {
        LiveKey key = new LiveKey(keyCredential);
        return new CommunicationIdentityClient(Failures.translated(() -> configured(key).buildClient()), key);
    }

    /**
     * Builds a client whose operations are {@code Mono}s. It doesn't connect yet.
     *
     * @throws IllegalArgumentException if there is no credential, or more than one
     */
    public CommunicationIdentityAsyncClient buildAsyncClient() {
        LiveKey key = new LiveKey(keyCredential);
        return new CommunicationIdentityAsyncClient(Failures.translated(() -> configured(key).buildAsyncClient()), key);
    }

    private dev.acsauth.CommunicationIdentityClientBuilder configured(LiveKey key) {
        dev.acsauth.CommunicationIdentityClientBuilder builder = new dev.acsauth.CommunicationIdentityClientBuilder();
        addCredential(builder, key);
        String applicationId = applicationId();
        if (applicationId != null) {
            builder.applicationId(applicationId);
        }
        if (retryOptions != null) {
            builder.retryPolicy(Retries.of(retryOptions));
        }
        if (serviceVersion != null) {
            builder.apiVersion(serviceVersion.getVersion());
        }
        if (clientOptions != null) {
            clientOptions.getHeaders().forEach(header ->
                    header.getValuesList().forEach(value -> builder.header(header.getName(), value)));
        }
        HttpPipeline sending = sending();
        if (sending != null) {
            builder.transport(new PipelineTransport(sending));
        }
        customizers.forEach(customizer -> customizer.accept(builder));
        return builder;
    }

    private void addCredential(dev.acsauth.CommunicationIdentityClientBuilder builder, LiveKey key) {
        if (tokenCredential != null && (keyCredential != null || connectionString != null)) {
            throw new IllegalArgumentException("There is an access key and a token credential. Set one of them.");
        }
        if (connectionString != null) {
            if (endpoint != null || keyCredential != null) {
                throw new IllegalArgumentException("connectionString has an endpoint and an access key already. Leave endpoint(…) and "
                        + "credential(…) out, or connectionString(…).");
            }
            builder.connectionString(connectionString);
            return;
        }
        builder.endpoint(Objects.requireNonNull(endpoint, "endpoint"));
        if (tokenCredential != null) {
            builder.credential(AzureTokenCredential.of(tokenCredential));
        } else if (keyCredential != null) {
            builder.accessKey(key.used());
        } else {
            throw new IllegalArgumentException("There is no credential. Set credential(…) or connectionString(…).");
        }
    }

    /** Returns the pipeline that sends attempts; null for acs-auth's own HTTP client. */
    private HttpPipeline sending() {
        if (pipeline != null) {
            return pipeline;
        }
        boolean isLogged = logOptions != null && logOptions.getLogLevel() != null && logOptions.getLogLevel() != HttpLogDetailLevel.NONE;
        if (httpClient == null && policies.isEmpty()) {
            if (isLogged) {
                throw Failures.unsupported("httpLogOptions: acs-auth's own HTTP client does not log requests. Set httpClient(…) as well, "
                        + "or leave the level at HttpLogDetailLevel.NONE and set the level of the SLF4J logger dev.acsauth.");
            }
            return null;
        }
        List<HttpPipelinePolicy> all = new ArrayList<>(policies);
        if (isLogged) {
            all.add(new HttpLoggingPolicy(logOptions));
        }
        return new HttpPipelineBuilder().policies(all.toArray(HttpPipelinePolicy[]::new)).httpClient(httpClient).build();
    }

    /** Returns the application id that azure-core would send; null if there is none or telemetry is off. */
    @SuppressWarnings("deprecation")
    private String applicationId() {
        Configuration used = configuration == null ? Configuration.getGlobalConfiguration() : configuration;
        if (used.get(Configuration.PROPERTY_AZURE_TELEMETRY_DISABLED, false)) {
            return null;
        }
        String id = CoreUtils.getApplicationId(clientOptions, logOptions);
        return CoreUtils.isNullOrEmpty(id) ? null : id;
    }
}
