package dev.acsauth.azure;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The emulator: one for the whole test run. It exits with this process. */
final class Emulator {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonObject INFO;

    static {
        try {
            Process process = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            INFO = JsonParser.parseString(process.inputReader().readLine()).getAsJsonObject();
        } catch (IOException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    private Emulator() {
    }

    static String text(String name) {
        return INFO.get(name).getAsString();
    }

    static String connectionString() {
        return text("connection_string_http");
    }

    static String accessKey() {
        return connectionString().replaceFirst(".*accesskey=", "");
    }

    static String clientId() {
        return INFO.getAsJsonObject("spa").get("client_id").getAsString();
    }

    static String userObjectId() {
        return INFO.getAsJsonArray("users").get(0).getAsJsonObject().get("object_id").getAsString();
    }

    static String teamsToken() {
        return token("teams");
    }

    /** Returns an Entra token of the first user; {@code kind} is one of the emulator's. */
    static String token(String kind) {
        String user = INFO.getAsJsonArray("users").get(0).getAsJsonObject().get("username").getAsString();
        return control("GET", "/mint?kind=" + kind + "&user=" + user + "&client_id=" + clientId(), null).get("token").getAsString();
    }

    static JsonObject control(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(text("http_url") + "/_emulator" + path))
                .header("content-type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new AssertionError(answer.statusCode() + ": " + answer.body());
            }
            return answer.body().isBlank() ? new JsonObject() : JsonParser.parseString(answer.body()).getAsJsonObject();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
