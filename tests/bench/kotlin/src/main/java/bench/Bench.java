package bench;

import com.azure.communication.identity.CommunicationIdentityAsyncClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.management.OperatingSystemMXBean;
import dev.acsauth.CommunicationIdentityClient;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One contender in a JVM of its own: the CPU time of an exchange, or when the first one is done. */
public final class Bench {
    private static String token;
    private static String clientId;
    private static String user;
    private static String connectionString;
    private static byte[] authority;

    public static void main(String[] arguments) {
        try {
            run(arguments);
            System.exit(0);
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        JsonObject emulator = JsonParser.parseString(System.getenv("ACS_EMULATOR_LINE")).getAsJsonObject();
        clientId = emulator.getAsJsonObject("spa").get("client_id").getAsString();
        JsonObject first = emulator.getAsJsonArray("users").get(0).getAsJsonObject();
        user = first.get("object_id").getAsString();
        connectionString = emulator.get("connection_string").getAsString();
        authority = Files.readAllBytes(Path.of(emulator.get("ca_file").getAsString()));
        token = System.getenv("ACS_TEAMS_TOKEN");
        switch (arguments[0]) {
            case "token" -> System.out.println(mint(emulator, first.get("username").getAsString()));
            case "first" -> first(arguments[1]);
            default -> steady(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        }
    }

    private static String mint(JsonObject emulator, String username) throws Exception {
        URI uri = URI.create(emulator.get("http_url").getAsString() + "/_emulator/mint?kind=teams&user=" + username
                + "&client_id=" + clientId);
        String body = HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        return JsonParser.parseString(body).getAsJsonObject().get("token").getAsString();
    }

    /** From the JVM's start until the first token is there. */
    private static void first(String contender) throws Exception {
        call(contender).get().run();
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.println((System.currentTimeMillis() - started) + " " + system.getProcessCpuTime() / 1_000_000);
    }

    private interface Call {
        void run() throws Exception;
    }

    private static Supplier<Call> call(String contender) {
        switch (contender) {
            case "official" -> {
                com.azure.communication.identity.CommunicationIdentityClient client =
                        new CommunicationIdentityClientBuilder().connectionString(connectionString).buildClient();
                return () -> () -> client.getTokenForTeamsUser(new GetTokenForTeamsUserOptions(token, clientId, user));
            }
            case "ours" -> {
                CommunicationIdentityClient client = new dev.acsauth.CommunicationIdentityClientBuilder()
                        .connectionString(connectionString).rootCertificatesPem(authority).buildClient();
                return () -> () -> client.getTokenForTeamsUser(token, clientId, user);
            }
            default -> throw new IllegalArgumentException(contender);
        }
    }

    private static Supplier<CompletableFuture<?>> future(String contender) {
        switch (contender) {
            case "official-async" -> {
                CommunicationIdentityAsyncClient client =
                        new CommunicationIdentityClientBuilder().connectionString(connectionString).buildAsyncClient();
                return () -> client.getTokenForTeamsUser(new GetTokenForTeamsUserOptions(token, clientId, user)).toFuture();
            }
            case "ours-async" -> {
                dev.acsauth.CommunicationIdentityAsyncClient client = new dev.acsauth.CommunicationIdentityClientBuilder()
                        .connectionString(connectionString).rootCertificatesPem(authority).buildAsyncClient();
                return () -> client.getTokenForTeamsUser(token, clientId, user);
            }
            default -> throw new IllegalArgumentException(contender);
        }
    }

    private static void steady(String contender, int inFlight, int exchanges) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Round round = contender.endsWith("-async") ? asynchronous(future(contender), inFlight) : blocking(call(contender).get(), inFlight);
        round.run(exchanges);
        round.run(exchanges);
        List<Long> measured = new ArrayList<>();
        for (int at = 0; at < 3; at++) {
            long before = system.getProcessCpuTime();
            round.run(exchanges);
            measured.add((system.getProcessCpuTime() - before) / exchanges / 1_000);
        }
        measured.sort(null);
        System.out.println(measured.get(1));
    }

    private interface Round {
        void run(int exchanges) throws Exception;
    }

    private static Round blocking(Call call, int inFlight) {
        ExecutorService pool = Executors.newFixedThreadPool(inFlight);
        return exchanges -> {
            List<Future<?>> workers = new ArrayList<>();
            for (int worker = 0; worker < inFlight; worker++) {
                workers.add(pool.submit(() -> {
                    for (int at = 0; at < exchanges / inFlight; at++) {
                        call.run();
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        };
    }

    private static Round asynchronous(Supplier<CompletableFuture<?>> call, int inFlight) {
        return exchanges -> {
            AtomicInteger left = new AtomicInteger(exchanges);
            CompletableFuture<?>[] chains = new CompletableFuture<?>[inFlight];
            for (int at = 0; at < inFlight; at++) {
                chains[at] = next(call, left);
            }
            CompletableFuture.allOf(chains).get();
        };
    }

    private static CompletableFuture<?> next(Supplier<CompletableFuture<?>> call, AtomicInteger left) {
        return left.getAndDecrement() <= 0
                ? CompletableFuture.completedFuture(null)
                : call.get().thenCompose(token -> next(call, left));
    }
}
