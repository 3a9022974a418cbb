package dev.acsauth.spring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.json.JsonParserFactory;

/** The emulator: one for the whole test run. It exits with this process. */
final class Emulator {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, Object> INFO;

    static {
        try {
            Process process = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            INFO = JsonParserFactory.getJsonParser().parseMap(process.inputReader().readLine());
        } catch (IOException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    private Emulator() {
    }

    static String text(String name) {
        return (String) INFO.get(name);
    }

    private static String in(Object parent, String name) {
        return (String) ((Map<?, ?>) parent).get(name);
    }

    /** Returns the properties of a client. */
    static String[] resource() {
        return new String[] {"acs-auth.connection-string=" + text("connection_string_http")};
    }

    /** Returns the properties of a handler, except for those of the resource. */
    static String[] handler(String authority) throws IOException {
        return new String[] {
            "acs-auth.authority=" + authority,
            "acs-auth.api-client-id=" + in(INFO.get("api"), "client_id"),
            "acs-auth.tenant-ids=" + text("tenant_id"),
            "acs-auth.teams-client-ids=" + in(INFO.get("spa"), "client_id"),
            "acs-auth.root-certificates-pem=" + Files.readString(Path.of(text("ca_file"))),
        };
    }

    /** Returns a user's bearer token for the API ("api"), or a Teams token to exchange ("teams"). */
    static String mint(String kind) throws Exception {
        String query = "user=" + in(((List<?>) INFO.get("users")).get(0), "username")
                + "&client_id=" + in(INFO.get("spa"), "client_id") + "&kind=" + kind;
        HttpRequest request = HttpRequest.newBuilder(URI.create(text("http_url") + "/_emulator/mint?" + query)).build();
        String body = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return (String) JsonParserFactory.getJsonParser().parseMap(body).get("token");
    }

    static String[] exchange() throws Exception {
        return new String[] {mint("teams"), in(INFO.get("spa"), "client_id"), in(((List<?>) INFO.get("users")).get(0), "object_id")};
    }
}
