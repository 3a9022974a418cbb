package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.core.credential.AccessToken;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.rest.Response;
import com.azure.core.util.ClientOptions;
import com.azure.core.util.Configuration;
import com.azure.core.util.Context;
import com.azure.core.util.Header;
import com.azure.core.util.TracingOptions;
import dev.acsauth.AcsAuthException;
import dev.acsauth.ErrorKind;
import dev.acsauth.azure.models.CommunicationTokenScope;
import dev.acsauth.azure.models.CommunicationUserIdentifierAndToken;
import dev.acsauth.azure.models.GetTokenForTeamsUserOptions;
import dev.acsauth.azure.models.IdentityErrorResponseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Compares with the official client on the emulator: what is the same, and each row of the differences in docs/src/differences.md. */
class DifferencesTest {
    private static final List<CommunicationTokenScope> CHAT = List.of(CommunicationTokenScope.CHAT);

    @BeforeEach
    void reset() {
        Emulator.control("POST", "/reset", null);
    }

    private static CommunicationIdentityClientBuilder builder() {
        return new CommunicationIdentityClientBuilder().connectionString(Emulator.connectionString());
    }

    private static com.azure.communication.identity.CommunicationIdentityClientBuilder official() {
        return new com.azure.communication.identity.CommunicationIdentityClientBuilder()
                .connectionString(Emulator.connectionString().replace("http:", "https:")).httpClient(new JdkHttpClient("localhost"));
    }

    private static HttpClient answering(int status, String body) {
        return request -> Mono.just(JdkHttpClient.answer(
                request, status, new HttpHeaders().set(HttpHeaderName.CONTENT_TYPE, "application/json"), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static final String CREATED = "{\"identity\":{\"id\":\"8:acs:1_2\"}}";

    @Test
    void operationsDoTheSame() {
        CommunicationIdentityClient client = builder().buildClient();
        CommunicationUserIdentifier user = client.createUser();
        assertTrue(user.getId().startsWith("8:acs:"));
        CommunicationUserIdentifierAndToken both = client.createUserAndToken(CHAT, Duration.ofHours(1));
        assertFalse(both.getUserToken().isExpired());
        assertEquals(201, ReadmeSnippets.created(Emulator.text("http_url"), Emulator.accessKey()).getStatusCode());
        assertTrue(client.createUserAndToken(CHAT).getUser().getId().startsWith("8:acs:"));
        AccessToken token = client.getToken(user, CHAT, Duration.ofHours(2));
        assertTrue(token.getDurationUntilExpiration().toMinutes() > 100);
        assertFalse(client.getToken(user, CHAT).getToken().isEmpty());
        client.revokeTokens(user);
        client.deleteUser(user);
        GetTokenForTeamsUserOptions options =
                new GetTokenForTeamsUserOptions(Emulator.teamsToken(), Emulator.clientId(), Emulator.userObjectId());
        assertFalse(client.getTokenForTeamsUser(options).getToken().isEmpty());
        assertFalse(options.toString().contains(options.getTeamsUserAadToken()));
    }

    @Test
    void asynchronousOperationsDoTheSame() {
        CommunicationIdentityAsyncClient client = builder().buildAsyncClient();
        Duration bound = Duration.ofSeconds(60);
        CommunicationUserIdentifier user = client.createUser().block(bound);
        assertTrue(client.createUserAndToken(CHAT).block(bound).getUser().getId().startsWith("8:acs:"));
        assertFalse(client.getToken(user, CHAT).block(bound).getToken().isEmpty());
        assertNull(client.revokeTokens(user).block(bound));
        Response<Void> deleted = client.deleteUserWithResponse(user).block(bound);
        assertEquals(204, deleted.getStatusCode());
        assertNull(deleted.getValue());
        GetTokenForTeamsUserOptions options =
                new GetTokenForTeamsUserOptions(Emulator.teamsToken(), Emulator.clientId(), Emulator.userObjectId());
        assertEquals(200, client.getTokenForTeamsUserWithResponse(options).block(bound).getStatusCode());
        // A missing argument is an error signal, not an exception of the method; and each subscription is a call.
        assertThrows(NullPointerException.class, () -> client.getToken(null, CHAT).block(bound));
        Mono<CommunicationUserIdentifier> create = client.createUser();
        assertNotEquals(create.block(bound).getId(), create.block(bound).getId());
    }

    @Test
    void responsesAreTheSame() {
        Response<com.azure.communication.common.CommunicationUserIdentifier> theirs =
                official().buildClient().createUserWithResponse(Context.NONE);
        Response<CommunicationUserIdentifier> ours = builder().buildClient().createUserWithResponse(null);
        assertEquals(theirs.getStatusCode(), ours.getStatusCode());
        assertEquals(theirs.getHeaders().getValue(HttpHeaderName.CONTENT_TYPE), ours.getHeaders().getValue(HttpHeaderName.CONTENT_TYPE));
        assertTrue(ours.getValue().getId().startsWith("8:acs:"));
        assertEquals(HttpMethod.POST, ours.getRequest().getHttpMethod());
    }

    @Test
    void headersOfAContextAndOfClientOptionsAreSent() {
        JdkHttpClient http = new JdkHttpClient();
        CommunicationIdentityClient client = builder().httpClient(http)
                .clientOptions(new ClientOptions().setApplicationId("contoso").setHeaders(List.of(new Header("x-all", "1")))).buildClient();
        HttpHeaders own = new HttpHeaders().set(HttpHeaderName.fromString("x-one"), "2");
        client.createUserWithResponse(new Context(
                com.azure.core.http.policy.AddHeadersFromContextPolicy.AZURE_REQUEST_HTTP_HEADERS_KEY, own));
        HttpHeaders sent = http.sent.get(0).getHeaders();
        assertEquals("1", sent.getValue(HttpHeaderName.fromString("x-all")));
        assertEquals("2", sent.getValue(HttpHeaderName.fromString("x-one")));
        assertTrue(sent.getValue(HttpHeaderName.USER_AGENT).startsWith("contoso "), sent.getValue(HttpHeaderName.USER_AGENT));
    }

    @Test
    void serviceErrorsAreTheSameException() {
        CommunicationUserIdentifier user = new CommunicationUserIdentifier("8:acs:none");
        var theirs = assertThrows(com.azure.communication.identity.models.IdentityErrorResponseException.class,
                () -> official().buildAsyncClient().deleteUser(user).block(Duration.ofSeconds(60)));
        IdentityErrorResponseException ours =
                assertThrows(IdentityErrorResponseException.class, () -> builder().buildClient().deleteUser(user));
        assertInstanceOf(HttpResponseException.class, ours);
        assertEquals(theirs.getResponse().getStatusCode(), ours.getResponse().getStatusCode());
        assertEquals(theirs.getValue().getCode(), ours.getValue().getCode());
        assertEquals(theirs.getValue().getTarget(), ours.getValue().getTarget());
        assertEquals(theirs.getResponse().getHeaders().getValue(HttpHeaderName.CONTENT_TYPE),
                ours.getResponse().getHeaders().getValue(HttpHeaderName.CONTENT_TYPE));
        assertEquals(HttpMethod.DELETE, ours.getResponse().getRequest().getHttpMethod());
        assertNotEquals(ErrorKind.INTERNAL, assertInstanceOf(AcsAuthException.class, ours.getCause()).getKind());
        IdentityErrorResponseException asynchronous = assertThrows(IdentityErrorResponseException.class,
                () -> builder().buildAsyncClient().deleteUser(user).block(Duration.ofSeconds(60)));
        assertEquals(ours.getValue().getCode(), asynchronous.getValue().getCode());
    }

    @Test
    void aCredentialsExceptionComesThrough() {
        IllegalStateException thrown = new IllegalStateException("no sign-in");
        TokenCredential credential = asked -> Mono.error(thrown);
        CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .endpoint(Emulator.text("http_url")).credential(credential).buildClient();
        assertEquals(thrown, assertThrows(IllegalStateException.class, client::createUser));
    }

    /** Each of the thirteen methods of the official builder works, or fails at once with what to write instead. */
    @Test
    void eachBuilderMethodIsTested() {
        Set<String> tested = new TreeSet<>(Set.of(
                "addPolicy", "clientOptions", "configuration", "connectionString", "credential", "endpoint", "httpClient",
                "httpLogOptions", "pipeline", "retryOptions", "retryPolicy", "serviceVersion"));
        Set<String> there = new TreeSet<>();
        for (Method method : com.azure.communication.identity.CommunicationIdentityClientBuilder.class.getDeclaredMethods()) {
            if (java.lang.reflect.Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !method.getName().startsWith("build")) {
                there.add(method.getName());
            }
        }
        // Twelve names, since credential has two overloads.
        assertEquals(tested, there);
        JdkHttpClient http = new JdkHttpClient();
        Configuration configuration = Configuration.getGlobalConfiguration().clone().put("AZURE_TELEMETRY_DISABLED", "true");
        new CommunicationIdentityClientBuilder().endpoint(Emulator.text("http_url"))
                .credential(new AzureKeyCredential(Emulator.accessKey())).httpClient(http).configuration(configuration)
                .clientOptions(new ClientOptions().setApplicationId("contoso"))
                .serviceVersion(CommunicationIdentityServiceVersion.V2022_10_01).buildClient().createUser();
        assertTrue(http.sent.get(0).getUrl().toString().endsWith("api-version=2022-10-01"));
        assertFalse(http.sent.get(0).getHeaders().getValue(HttpHeaderName.USER_AGENT).contains("contoso"));
        assertThrows(NullPointerException.class, () -> builder().endpoint(null));
        assertEquals("endpoint", assertThrows(NullPointerException.class,
                () -> new CommunicationIdentityClientBuilder().credential(new AzureKeyCredential("a")).buildClient()).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new CommunicationIdentityClientBuilder().connectionString("secret=1"));
        assertThrows(IllegalArgumentException.class, () -> new CommunicationIdentityClientBuilder().endpoint("https://a.example").buildClient());
    }

    @Test
    void retryPolicyIsRefused() {
        String sentence = assertThrows(UnsupportedOperationException.class, () -> builder().retryPolicy(new RetryPolicy())).getMessage();
        assertTrue(sentence.contains("retryOptions(new RetryOptions("), sentence);
        RetryOptions conditional = new RetryOptions(new FixedDelayOptions(1, Duration.ZERO)).setShouldRetryCondition(condition -> true);
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> builder().retryOptions(conditional)).getMessage()
                .contains("setShouldRetryCondition"));
    }

    private static int attempts(RetryOptions options) {
        AtomicInteger attempts = new AtomicInteger();
        CommunicationIdentityClient client = builder().retryOptions(options).httpClient(request -> {
            attempts.incrementAndGet();
            return answering(503, "{}").send(request);
        }).buildClient();
        assertThrows(IdentityErrorResponseException.class, client::createUser);
        return attempts.get();
    }

    @Test
    void retryOptionsCountRetries() {
        assertEquals(2, attempts(new RetryOptions(new FixedDelayOptions(1, Duration.ofMillis(1)))));
        assertEquals(5, attempts(new RetryOptions(new ExponentialBackoffOptions()
                .setMaxRetries(4).setBaseDelay(Duration.ofMillis(1)).setMaxDelay(Duration.ofMillis(1)))));
        assertEquals(1, attempts(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1)))));
    }

    @Test
    void aPolicySeesEachAttempt() {
        AtomicInteger seen = new AtomicInteger();
        HttpPipelinePolicy policy = new HttpPipelinePolicy() {
            @Override
            public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
                assertTrue(context.getHttpRequest().getHeaders().getValue(HttpHeaderName.AUTHORIZATION).startsWith("HMAC-SHA256"));
                seen.incrementAndGet();
                return next.process();
            }

            @Override
            public HttpPipelinePosition getPipelinePosition() {
                return HttpPipelinePosition.PER_CALL;
            }
        };
        assertThrows(IdentityErrorResponseException.class, builder().addPolicy(policy).httpClient(answering(503, "{}"))
                .retryOptions(new RetryOptions(new FixedDelayOptions(2, Duration.ofMillis(1)))).buildClient()::createUser);
        assertEquals(3, seen.get());
    }

    @Test
    void aPipelineNeedsACredential() {
        var pipeline = new HttpPipelineBuilder().httpClient(answering(201, CREATED)).build();
        assertEquals("8:acs:1_2", builder().pipeline(pipeline).buildClient().createUser().getId());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new CommunicationIdentityClientBuilder()
                .endpoint("https://a.example").pipeline(pipeline).buildClient()).getMessage().contains("credential(…)"));
    }

    @Test
    void bodiesAreNotLogged() {
        HttpLogOptions bodies = new HttpLogOptions().setLogLevel(HttpLogDetailLevel.BODY);
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> builder().httpLogOptions(bodies)).getMessage()
                .contains("HttpLogDetailLevel.HEADERS"));
        HttpLogOptions headers = new HttpLogOptions().setLogLevel(HttpLogDetailLevel.HEADERS);
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> builder().httpLogOptions(headers).buildClient()).getMessage()
                .contains("httpClient(…)"));
        assertEquals("8:acs:1_2",
                builder().httpLogOptions(headers).httpClient(answering(201, CREATED)).buildClient().createUser().getId());
        builder().httpLogOptions(new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE)).buildClient();
    }

    @Test
    void tracingOptionsAreRefused() {
        assertTrue(assertThrows(UnsupportedOperationException.class,
                () -> builder().clientOptions(new ClientOptions().setTracingOptions(new TracingOptions()))).getMessage()
                .contains("setTracingOptions"));
    }

    @Test
    void anUpdatedKeyIsUsedByTheNextCall() {
        AzureKeyCredential key = new AzureKeyCredential("c2VjcmV0");
        CommunicationIdentityClient client = new CommunicationIdentityClientBuilder()
                .endpoint(Emulator.text("http_url")).credential(key).buildClient();
        assertEquals(401, assertThrows(IdentityErrorResponseException.class, client::createUser).getResponse().getStatusCode());
        key.update(Emulator.accessKey());
        assertTrue(client.createUser().getId().startsWith("8:acs:"));
    }

    @Test
    void errorsHaveNoBody() {
        CommunicationUserIdentifier user = new CommunicationUserIdentifier("8:acs:none");
        String theirs = assertThrows(HttpResponseException.class, () -> official().buildClient().deleteUser(user)).getClass().getName();
        assertTrue(theirs.contains(".implementation."), theirs);
        IdentityErrorResponseException ours =
                assertThrows(IdentityErrorResponseException.class, () -> builder().buildClient().deleteUser(user));
        assertNull(ours.getResponse().getBodyAsString().block());
        assertEquals(List.of(), ours.getValue().getDetails());
        assertEquals(ours.getCause().getMessage(), ours.getMessage());
    }

    @Test
    void networkFailuresAreUncheckedIOExceptions() {
        HttpClient silent = request -> Mono.never();
        HttpClient broken = request -> Mono.error(new IOException("secret"));
        for (HttpClient http : List.of(silent, broken)) {
            // The failure must come before the timeout, even on a busy machine.
            Duration timeout = http == silent ? Duration.ofMillis(300) : Duration.ofSeconds(60);
            CommunicationIdentityClient client =
                    builder().httpClient(http).customize(builder -> builder.timeout(timeout)).buildClient();
            UncheckedIOException failure = assertThrows(UncheckedIOException.class, client::createUser);
            assertFalse(failure.toString().contains("secret"), failure.toString());
            ErrorKind expected = http == silent ? ErrorKind.TIMEOUT : ErrorKind.TRANSPORT_ERROR;
            assertEquals(expected, assertInstanceOf(AcsAuthException.class, failure.getCause().getCause()).getKind());
        }
    }

    @Test
    void anExpiryIsInWholeSeconds() {
        CommunicationIdentityClient client = builder().buildClient();
        assertEquals(0, client.createUserAndToken(CHAT).getUserToken().getExpiresAt().getNano());
    }

    @Test
    void aRequestHasMethodAndUrl() {
        CommunicationIdentityClient client = builder().buildClient();
        CommunicationUserIdentifier user = client.createUser();
        String base = Emulator.text("http_url") + "/identities/" + user.getId().replace(":", "%3A") + "/";
        for (var request : List.of(client.getTokenWithResponse(user, CHAT, Context.NONE).getRequest(),
                client.revokeTokensWithResponse(user, Context.NONE).getRequest())) {
            assertTrue(java.net.URLDecoder.decode(request.getUrl().toString(), StandardCharsets.UTF_8)
                    .startsWith(java.net.URLDecoder.decode(base, StandardCharsets.UTF_8)), request.getUrl().toString());
            assertNull(request.getUrl().getQuery());
            assertNull(request.getBodyAsBinaryData());
        }
    }

    @Test
    void theDefaultVersionIsNewer() {
        JdkHttpClient http = new JdkHttpClient();
        builder().httpClient(http).buildClient().createUser();
        assertTrue(http.sent.get(0).getUrl().toString().endsWith(
                "api-version=" + CommunicationIdentityServiceVersion.getLatest().getVersion()), http.sent.get(0).getUrl().toString());
        assertEquals("2023-10-01", CommunicationIdentityServiceVersion.getLatest().getVersion());
    }

    @Test
    void anExpiryOutOfRangeIsNotSent() {
        JdkHttpClient http = new JdkHttpClient();
        CommunicationIdentityClient client = builder().httpClient(http).buildClient();
        assertThrows(IllegalArgumentException.class, () -> client.createUserAndToken(CHAT, Duration.ofMinutes(59)));
        assertEquals(List.of(), http.sent);
    }

    @Test
    void aConnectionStringStandsAlone() {
        for (CommunicationIdentityClientBuilder both : List.of(
                builder().endpoint("https://a.example"), builder().credential(new AzureKeyCredential("c2VjcmV0")))) {
            assertTrue(assertThrows(IllegalArgumentException.class, both::buildClient).getMessage().contains("endpoint(…)"));
        }
        assertThrows(IllegalArgumentException.class, builder().credential((TokenCredential) asked -> Mono.empty())::buildAsyncClient);
    }

    @Test
    void plainHttpIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new CommunicationIdentityClientBuilder()
                .endpoint("http://contoso.communication.azure.com").credential(new AzureKeyCredential("c2VjcmV0")).buildClient());
    }

    @Test
    void aClientCanBeClosed() {
        CommunicationIdentityClient client = builder().buildClient();
        client.close();
        assertThrows(IllegalStateException.class, client::createUser);
    }

    /** Each row of the documentation's table names a test that exists, and each test of a difference has a row. */
    @Test
    void eachRowOfTheTableHasItsTest() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("acs.repository"), "docs/src/differences.md"));
        Matcher row = Pattern.compile("^\\| (.+) \\|.*\\|.*<!-- (\\w+Test)\\.(\\w+) --> \\|$", Pattern.MULTILINE).matcher(page);
        Set<String> tests = new TreeSet<>();
        while (row.find()) {
            if (row.group(2).equals(DifferencesTest.class.getSimpleName())) {
                tests.add(row.group(3));
            } else {
                Method test = Class.forName(getClass().getPackageName() + "." + row.group(2)).getDeclaredMethod(row.group(3));
                assertTrue(test.isAnnotationPresent(Test.class), row.group(0));
            }
        }
        Set<String> methods = new TreeSet<>(Arrays.stream(DifferencesTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class)).map(Method::getName).toList());
        Set<String> sameness = Set.of("operationsDoTheSame", "asynchronousOperationsDoTheSame", "responsesAreTheSame",
                "headersOfAContextAndOfClientOptionsAreSent", "serviceErrorsAreTheSameException", "aCredentialsExceptionComesThrough",
                "eachBuilderMethodIsTested", "retryOptionsCountRetries", "eachRowOfTheTableHasItsTest");
        methods.removeAll(sameness);
        assertEquals(methods, tests);
    }
}
