package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.acsauth.AcsAuth;
import dev.acsauth.CommunicationIdentityAsyncClient;
import dev.acsauth.CommunicationIdentityClient;
import dev.acsauth.CommunicationTokenScope;
import dev.acsauth.azure.AzureTokenCredential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Uses the packages as a Maven project does that has nothing else of the repository. */
class ConsumerTest {
    private static final Process EMULATOR;
    private static final String CONNECTION_STRING;

    static {
        try {
            EMULATOR = new ProcessBuilder(System.getProperty("acs.emulator"), "--until-stdin-closes")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String line = EMULATOR.inputReader().readLine();
            Matcher found = Pattern.compile("\"connection_string_http\":\"([^\"]*)\"").matcher(line);
            assertTrue(found.find(), line);
            CONNECTION_STRING = found.group(1);
        } catch (java.io.IOException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    private static long residentMebibytes() throws Exception {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096 / 1_048_576;
    }

    @Test
    void itLoadsAndCalls() {
        assertEquals("0.1.0", AcsAuth.version());
        try (CommunicationIdentityClient client = CommunicationIdentityClient.fromConnectionString(CONNECTION_STRING)) {
            assertNotNull(client.getToken(client.createUser(), List.of(CommunicationTokenScope.CHAT)).getToken());
        }
        try (CommunicationIdentityAsyncClient client =
                CommunicationIdentityAsyncClient.fromConnectionString(CONNECTION_STRING)) {
            assertTrue(client.createUser().join().getId().startsWith("8:acs:"));
        }
        assertNotNull(AzureTokenCredential.class);
    }

    @Test
    void theJarBringsItsMetadata() throws Exception {
        String base = "/META-INF/native-image/dev.acsauth/acs-auth/";
        try (var metadata = getClass().getResourceAsStream(base + "reachability-metadata.json")) {
            assertTrue(new String(metadata.readAllBytes()).contains("libacs_auth_uniffi"));
        }
    }

    @Test
    void tenThousandClients() throws Exception {
        for (int at = 0; at < 500; at++) {
            CommunicationIdentityClient.fromConnectionString(CONNECTION_STRING).close();
        }
        System.gc();
        long before = residentMebibytes();
        for (int at = 0; at < 5_000; at++) {
            CommunicationIdentityClient.fromConnectionString(CONNECTION_STRING).close();
        }
        for (int at = 0; at < 5_000; at++) {
            CommunicationIdentityClient.fromConnectionString(CONNECTION_STRING);
            if (at % 500 == 0) {
                System.gc();
            }
        }
        for (int at = 0; at < 20; at++) {
            System.gc();
            Thread.sleep(100);
        }
        long grown = residentMebibytes() - before;
        System.out.println("ten thousand clients, half of them closed: " + before + " MiB before, " + grown + " MiB more after");
        assertTrue(grown < 150, grown + " MiB more");
    }
}
