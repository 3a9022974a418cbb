package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The guide shows this application, and this application works. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class GuideTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static Process process;
    private static JsonNode emulator;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        process = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        emulator = JSON.readTree(process.inputReader().readLine());
        StringBuilder toml = new StringBuilder();
        setting(toml, "connection_string", emulator.get("connection_string").asText());
        setting(toml, "authority", emulator.get("https_url").asText());
        setting(toml, "api_client_id", emulator.get("api").get("client_id").asText());
        setting(toml, "tenant_ids", List.of(emulator.get("tenant_id").asText()));
        setting(toml, "teams_client_ids", List.of(emulator.get("spa").get("client_id").asText()));
        setting(toml, "root_certificates_pem", Files.readString(Path.of(emulator.get("ca_file").asText())));
        Path file = Files.createTempFile("settings", ".toml");
        Files.writeString(file, toml);
        registry.add("acs-auth.settings", file::toString);
    }

    private static void setting(StringBuilder toml, String name, Object value) throws IOException {
        toml.append(name).append(" = ").append(JSON.writeValueAsString(value)).append('\n');
    }

    @AfterAll
    static void stop() {
        process.destroy();
    }

    private static String mint(String kind) throws Exception {
        String query = "user=" + emulator.get("users").get(0).get("username").asText()
                + "&client_id=" + emulator.get("spa").get("client_id").asText() + "&kind=" + kind;
        URI uri = URI.create(emulator.get("http_url").asText() + "/_emulator/mint?" + query);
        return JSON.readTree(HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body())
                .get("token").asText();
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
        assertTrue(JSON.readTree(answer.body()).get("token").asText().length() > 20);
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
    void theGuideShowsThisCode() throws Exception {
        String guide = Files.readString(Path.of(System.getProperty("acs.guide")));
        StringBuilder sources = new StringBuilder();
        for (String name : List.of("AcsAuthConfiguration", "TokenController")) {
            sources.append(lines(Files.readString(Path.of("src/main/java/com/example/" + name + ".java"))));
        }
        Matcher shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(guide);
        int count = 0;
        while (shown.find()) {
            count++;
            assertTrue(sources.indexOf(lines(shown.group(1))) >= 0, shown.group(1));
        }
        assertEquals(2, count);
    }

    private static String lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (all, line) -> all + line + "\n");
    }
}
