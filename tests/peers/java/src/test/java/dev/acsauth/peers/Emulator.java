package dev.acsauth.peers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** The emulator of the test run. Its CA is the only one that this JVM trusts. */
final class Emulator {
    private static final HttpClient HTTP;
    static final JsonObject INFO;

    static {
        try {
            Process process = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            INFO = JsonParser.parseString(process.inputReader().readLine()).getAsJsonObject();
            // Must come before anything creates the JVM's default TLS context.
            trust(Path.of(text("ca_file")));
            HTTP = HttpClient.newHttpClient();
        } catch (Exception failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    private Emulator() {}

    private static void trust(Path pem) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream certificate = Files.newInputStream(pem)) {
            store.setCertificateEntry("emulator", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        Path file = Files.createTempFile("trust", ".p12");
        file.toFile().deleteOnExit();
        try (var out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    }

    static String text(String name) {
        return INFO.get(name).getAsString();
    }

    static String client(String name) {
        return INFO.getAsJsonObject(name).get("client_id").getAsString();
    }

    static JsonObject user() {
        return INFO.getAsJsonArray("users").get(0).getAsJsonObject();
    }

    static JsonObject control(String method, String path, String body) {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(text("http_url") + "/_emulator" + path)).method(method, publisher);
        if (body != null) {
            request.header("content-type", "application/json");
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new AssertionError(answer.statusCode() + ": " + answer.body());
            }
            return answer.body().isBlank() ? new JsonObject() : JsonParser.parseString(answer.body()).getAsJsonObject();
        } catch (java.io.IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    static void reset() {
        control("POST", "/reset", null);
    }

    static String teamsToken(String attack) {
        String query = "user=" + user().get("username").getAsString() + "&client_id=" + client("spa") + "&kind=teams"
                + (attack == null ? "" : "&attack=" + attack);
        return control("GET", "/mint?" + query, null).get("token").getAsString();
    }

    static JsonArray requests() {
        return control("GET", "/requests?operation=acs", null).getAsJsonArray("requests");
    }
}
