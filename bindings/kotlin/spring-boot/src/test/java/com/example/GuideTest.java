package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** SPRING_BOOT.md shows this application, and the application works. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class GuideTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Process process;
    private static DocumentContext emulator;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        process = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        emulator = JsonPath.parse(process.inputReader().readLine());
        property(registry, "connection-string", emulator.<String>read("$.connection_string"));
        property(registry, "authority", emulator.<String>read("$.https_url"));
        property(registry, "api-client-id", emulator.<String>read("$.api.client_id"));
        property(registry, "tenant-ids", emulator.<String>read("$.tenant_id"));
        property(registry, "teams-client-ids", emulator.<String>read("$.spa.client_id"));
        property(registry, "root-certificates-pem", Files.readString(Path.of(emulator.<String>read("$.ca_file"))));
        property(registry, "health.timeout", "60s");
    }

    private static void property(DynamicPropertyRegistry registry, String name, String value) {
        registry.add("acs-auth." + name, () -> value);
    }

    @AfterAll
    static void stop() {
        process.destroy();
    }

    private static String mint(String kind) throws Exception {
        String query = "user=" + emulator.<String>read("$.users[0].username")
                + "&client_id=" + emulator.<String>read("$.spa.client_id") + "&kind=" + kind;
        URI uri = URI.create(emulator.<String>read("$.http_url") + "/_emulator/mint?" + query);
        return JsonPath.read(HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body(), "$.token");
    }

    private HttpResponse<String> call(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aCallerGetsAToken() throws Exception {
        HttpResponse<String> answer = call("POST", "/api/token/teams",
                "authorization", "Bearer " + mint("api"), "teams-user-aad-token", mint("teams"));
        assertEquals(201, answer.statusCode(), answer.body());
        assertTrue(JsonPath.<String>read(answer.body(), "$.token").length() > 20);
    }

    @Test
    void aCallerWithoutATokenIsRefused() throws Exception {
        HttpResponse<String> answer = call("GET", "/api/token/teams");
        assertEquals(401, answer.statusCode());
        assertTrue(answer.headers().firstValue("www-authenticate").isPresent());
    }

    @Test
    void healthIsServed() throws Exception {
        assertEquals(200, call("GET", "/healthz").statusCode());
    }

    @Test
    void preflightsAreAnsweredByTheHandler() throws Exception {
        HttpResponse<String> answer = call("OPTIONS", "/api/token/teams", "origin", "https://calls.contoso.example",
                "access-control-request-method", "GET", "access-control-request-headers", "authorization");
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals("https://calls.contoso.example",
                answer.headers().firstValue("access-control-allow-origin").orElse("none"));
        HttpResponse<String> other = call("OPTIONS", "/api/token/teams", "origin", "https://other.example",
                "access-control-request-method", "GET");
        assertTrue(other.headers().firstValue("access-control-allow-origin").isEmpty());
    }

    @Test
    void aQueryAndAnUnknownPathReachTheHandler() throws Exception {
        assertEquals(200, call("GET", "/healthz?a=%2F").statusCode());
        assertEquals(404, call("GET", "/api/token/none").statusCode());
    }

    /** A body that is announced but never arrives delays nothing. */
    @Test
    void noBodyIsWaitedFor() throws Exception {
        for (var expected : List.of(List.of("5", "401"), List.of("20000", "413"))) {
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(("POST /api/token/teams HTTP/1.1\r\nhost: localhost\r\ncontent-length: "
                        + expected.get(0) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                String status = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
                assertTrue(status.startsWith("HTTP/1.1 " + expected.get(1)), status);
            }
        }
    }

    @Test
    void actuatorShowsItsHealth() throws Exception {
        DocumentContext health = JsonPath.parse(call("GET", "/actuator/health").body());
        assertEquals("UP", health.<String>read("$.components.acsAuth.status"));
        assertEquals("reachable", health.<String>read("$.components.acsAuth.details.keys"));
    }

    @Test
    void exchangesAndRequestsAreMetered() throws Exception {
        String api = mint("api");
        String teams = mint("teams");
        for (int at = 0; at < 2; at++) {
            call("POST", "/api/token/teams", "authorization", "Bearer " + api, "teams-user-aad-token", teams);
        }
        for (String query : List.of("acs.auth.exchanges?tag=error:none", "acs.auth.cache?tag=result:hit",
                "acs.auth.requests?tag=route:/api/token/teams&tag=status:201")) {
            // Observers are called after the response.
            Instant end = Instant.now().plusSeconds(60);
            while (call("GET", "/actuator/metrics/" + query).statusCode() != 200) {
                assertTrue(Instant.now().isBefore(end), query);
                Thread.sleep(50);
            }
        }
    }

    @Test
    void theGuideShowsThisApplication() throws Exception {
        String guide = Files.readString(Path.of(System.getProperty("acs.guide")));
        String sources = lines(Files.readString(Path.of("src/main/java/com/example/Retries.java")))
                + lines(Files.readString(Path.of("src/main/resources/application.yml")));
        Matcher shown = Pattern.compile("```(?:java|yaml)\n(.*?)```", Pattern.DOTALL).matcher(guide);
        int count = 0;
        while (shown.find()) {
            count++;
            assertTrue(sources.contains(lines(shown.group(1))), shown.group(1));
        }
        assertEquals(2, count);
    }

    /** The guide's table of meters has those that MicrometerObserver documents. */
    @Test
    void theGuideListsTheMeters() throws Exception {
        String guide = Files.readString(Path.of(System.getProperty("acs.guide")));
        Matcher meters = Pattern.compile("\\{@code (acs\\.auth\\.[a-z.]+)}").matcher(Files.readString(Path.of(
                "../spring-boot-starter/src/main/java/dev/acsauth/spring/MicrometerObserver.java")));
        int count = 0;
        while (meters.find()) {
            count++;
            assertTrue(guide.contains("| `" + meters.group(1) + "` |"), meters.group(1));
        }
        assertEquals(7, count);
    }

    private static String lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (all, line) -> all + line + "\n");
    }
}
