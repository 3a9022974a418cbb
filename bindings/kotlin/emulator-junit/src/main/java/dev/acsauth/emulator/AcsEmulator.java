package dev.acsauth.emulator;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A running emulator. {@link #info()} returns its start line, whose members the emulator's manual lists.
 *
 * <p>Thread-safe. The emulator exits when this object is closed, or when the JVM exits.
 */
public final class AcsEmulator implements AutoCloseable {
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONTROL_TIMEOUT).build();
    private final JsonObject info;
    private final EmulatorProcess process;
    private final Duration controlTimeout;
    private boolean trusted;

    AcsEmulator(JsonObject info, EmulatorProcess process, Duration controlTimeout) {
        this.info = info;
        this.process = process;
        this.controlTimeout = controlTimeout;
    }

    /**
     * Starts an emulator.
     *
     * @param options further arguments; {@code acs-emulator --help} lists them
     * @return the emulator, which accepts connections
     * @throws IllegalStateException if there is no program for this platform, it doesn't start within 60 s, or its first line isn't a
     *     start line
     * @throws java.io.UncheckedIOException if the program cannot be extracted to the temporary folder, or run from there
     */
    public static AcsEmulator start(String... options) {
        return start(EmulatorProgram.find(), options);
    }

    static AcsEmulator start(Path program, String... options) {
        EmulatorProcess process = EmulatorProcess.start(program, EmulatorProcess.START_TIMEOUT, options);
        try {
            return new AcsEmulator(JsonParser.parseString(process.startLine()).getAsJsonObject(), process, CONTROL_TIMEOUT);
        } catch (JsonParseException | IllegalStateException failure) {
            process.stop();
            throw new IllegalStateException("The emulator's first line is not a start line: " + process.startLine(), failure);
        }
    }

    /**
     * Uses an emulator that another process started. Closing this object doesn't stop it.
     *
     * @param startLine the first line that the emulator printed
     * @return the emulator
     */
    public static AcsEmulator running(String startLine) {
        return new AcsEmulator(JsonParser.parseString(startLine).getAsJsonObject(), null, CONTROL_TIMEOUT);
    }

    /** Returns a copy of the start line. */
    public JsonObject info() {
        return info.deepCopy();
    }

    /** Returns the connection string with TLS. Clients need the certificate authority: see {@link #trust} and {@link #caFile}. */
    public String connectionString() {
        return text("connection_string");
    }

    /** Returns the connection string without TLS. */
    public String connectionStringHttp() {
        return text("connection_string_http");
    }

    /** Returns the address without TLS. */
    public String httpUrl() {
        return text("http_url");
    }

    /** Returns the address with TLS. */
    public String httpsUrl() {
        return text("https_url");
    }

    /** Returns the certificate authority's file, in PEM form. */
    public Path caFile() {
        return Path.of(text("ca_file"));
    }

    /**
     * Makes this JVM trust the emulator's certificate authority in addition to those it trusts already. It sets the system properties
     * {@code javax.net.ssl.trustStore} and {@code javax.net.ssl.trustStorePassword}, so it affects only clients created afterwards.
     *
     * @return this
     */
    public synchronized AcsEmulator trust() {
        if (!trusted) {
            TrustStore.add(caFile());
            trusted = true;
        }
        return this;
    }

    /** Returns the Entra tenant's id. */
    public String tenantId() {
        return text("tenant_id");
    }

    /** Returns the client id of the application that users sign in to. */
    public String clientId() {
        return info.getAsJsonObject("spa").get("client_id").getAsString();
    }

    /** Returns the object id of the user with a Teams licence. */
    public String userObjectId() {
        return user().get("object_id").getAsString();
    }

    /** Returns the sign-in name of the user with a Teams licence. */
    public String username() {
        return user().get("username").getAsString();
    }

    /** Mints an Entra token of the licensed user that {@code getTokenForTeamsUser} accepts. */
    public String teamsToken() {
        return mint(Map.of("user", username(), "client_id", clientId(), "kind", "teams"));
    }

    /**
     * Mints an Entra token.
     *
     * @param query the token's properties; the emulator's manual lists them
     * @return the token
     */
    public String mint(Map<String, String> query) {
        String text = new TreeMap<>(query).entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        return control("GET", "/mint?" + text, null).getAsJsonObject().get("token").getAsString();
    }

    /**
     * Makes later requests fail.
     *
     * @param fault a fault as JSON; the emulator's manual lists the members
     */
    public void spoil(String fault) {
        control("POST", "/faults", fault);
    }

    /**
     * Returns the requests so far, oldest first.
     *
     * @param operation an operation's name, or {@code acs}, {@code entra} or {@code graph} for all of a service
     * @return the records; the emulator's manual lists the members
     */
    public List<JsonObject> requests(String operation) {
        JsonArray found = control("GET", "/requests?operation=" + encode(operation), null).getAsJsonObject().getAsJsonArray("requests");
        List<JsonObject> requests = new ArrayList<>();
        for (JsonElement request : found) {
            requests.add(request.getAsJsonObject());
        }
        requests.sort(Comparator.comparingLong(request -> request.get("id").getAsLong()));
        return requests;
    }

    /** Restores the initial state: no identities, faults, requests or sessions. */
    public void reset() {
        control("POST", "/reset", null);
    }

    /**
     * Sends a request to the control API.
     *
     * @param method the HTTP method
     * @param path what follows {@code /_emulator}
     * @param body JSON, or null
     * @return the response's body, or an empty object if it has none
     * @throws IllegalStateException if the emulator rejects it or doesn't answer within 30 s
     */
    public JsonElement control(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(httpUrl() + "/_emulator" + path))
                .timeout(controlTimeout)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        // The request's own timeout doesn't cover the response's body.
        CompletableFuture<HttpResponse<String>> answering = http.sendAsync(request.build(), BodyHandlers.ofString());
        HttpResponse<String> answer;
        try {
            answer = answering.get(controlTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            answering.cancel(true);
            throw new IllegalStateException("The emulator's control API did not answer", failure);
        } catch (InterruptedException interrupt) {
            answering.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the emulator's control API answered", interrupt);
        }
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("The emulator's control API answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().isBlank() ? new JsonObject() : JsonParser.parseString(answer.body());
    }

    /** Stops the emulator, by force if it takes longer than 10 s. */
    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
    }

    private JsonObject user() {
        for (JsonElement user : info.getAsJsonArray("users")) {
            if (user.getAsJsonObject().get("licensed").getAsBoolean()) {
                return user.getAsJsonObject();
            }
        }
        throw new IllegalStateException("No user of the emulator has a Teams licence");
    }

    private String text(String member) {
        return info.get(member).getAsString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
