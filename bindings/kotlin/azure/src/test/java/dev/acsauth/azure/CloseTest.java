package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import dev.acsauth.azure.models.IdentityErrorResponseException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What closing a client leaves as it is. */
class CloseTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static CommunicationIdentityClientBuilder builder() {
        return new CommunicationIdentityClientBuilder().connectionString(Emulator.connectionString());
    }

    @Test
    void aResponseKeepsItsRequest() {
        CommunicationIdentityClient client = builder().buildClient();
        Response<?> created = client.createUserWithResponse(Context.NONE);
        client.close();
        assertEquals(HttpMethod.POST, created.getRequest().getHttpMethod());
    }

    /** Both clients, each closed while the service is about to return an error. */
    @Test
    void aCallInProgressFailsWithItsOwnError() throws Exception {
        CountDownLatch sent = new CountDownLatch(2);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        CommunicationIdentityClientBuilder builder = builder().httpClient(request -> Mono.fromCallable(() -> {
            sent.countDown();
            assertTrue(mayAnswer.await(60, TimeUnit.SECONDS));
            byte[] body = "{\"error\":{\"code\":\"Gone\",\"message\":\"gone\"}}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return JdkHttpClient.answer(request, 400, new com.azure.core.http.HttpHeaders(), body);
        }).subscribeOn(Schedulers.boundedElastic())).customize(ours -> ours.timeout(BOUND).retryPolicy(
                new dev.acsauth.RetryPolicy(1)));
        CommunicationIdentityClient blocking = builder.buildClient();
        CommunicationIdentityAsyncClient asynchronous = builder.buildAsyncClient();
        var calls = java.util.List.of(
                Mono.fromCallable(blocking::createUser).subscribeOn(Schedulers.boundedElastic()).toFuture(), asynchronous.createUser().toFuture());
        assertTrue(sent.await(60, TimeUnit.SECONDS));
        blocking.close();
        asynchronous.close();
        mayAnswer.countDown();
        for (var call : calls) {
            var failure = assertThrows(java.util.concurrent.ExecutionException.class, () -> call.get(60, TimeUnit.SECONDS));
            assertEquals(IdentityErrorResponseException.class, failure.getCause().getClass());
        }
    }
}
