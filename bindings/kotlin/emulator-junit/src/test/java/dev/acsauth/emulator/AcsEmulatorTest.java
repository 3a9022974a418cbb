package dev.acsauth.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Uses the program that the system property names. tools/test-emulator-packages tests the one in the jar. */
@ExtendWith(AcsEmulatorExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AcsEmulatorTest {
    private static AcsEmulator first;

    @Test
    @Order(1)
    void aFaultIsSet(AcsEmulator emulator) {
        first = emulator;
        emulator.spoil("{\"operation\": \"create_user\", \"status\": 503, \"count\": 9}");
        assertEquals(1, faults(emulator));
    }

    @Test
    @Order(2)
    void theNextTestHasTheSameEmulatorInTheStateOfItsStart(AcsEmulator emulator) {
        assertEquals(first, emulator);
        assertEquals(0, faults(emulator));
        assertTrue(emulator.requests("acs").isEmpty());
        assertEquals(3, emulator.teamsToken().split("\\.").length);
    }

    @Test
    void itEndsWhenItIsClosed() {
        AcsEmulator emulator = AcsEmulator.start("--keep", "10");
        emulator.close();
        assertThrows(IllegalStateException.class, emulator::reset);
    }

    @Test
    void aRejectedControlRequestFailsWithTheAnswer(AcsEmulator emulator) {
        var failure = assertThrows(IllegalStateException.class, () -> emulator.control("POST", "/faults", "{\"status\": 1}"));
        assertTrue(failure.getMessage().contains("400"), failure.getMessage());
    }

    @Test
    void aProgramThatNeverPrintsItsStartLineIsGivenUp(@TempDir Path folder) throws Exception {
        Path silent = program(folder, "exec sleep 60");
        var failure = assertThrows(IllegalStateException.class, () -> EmulatorProcess.start(silent, Duration.ofMillis(200)));
        assertTrue(failure.getMessage().contains("did not start"), failure.getMessage());
    }

    @Test
    void aProgramThatEndsAtOnceIsReported(@TempDir Path folder) throws Exception {
        Path ends = program(folder, "exit 1");
        var failure = assertThrows(IllegalStateException.class, () -> EmulatorProcess.start(ends, EmulatorProcess.START_TIMEOUT));
        assertTrue(failure.getMessage().contains("ended"), failure.getMessage());
    }

    @Test
    void aProgramThatPrintsSomethingElseIsEnded(@TempDir Path folder) throws Exception {
        Path number = folder.resolve("number");
        Path other = program(folder, "echo $$ >'" + number + "'\necho usage\nexec cat");
        var failure = assertThrows(IllegalStateException.class, () -> AcsEmulator.start(other));
        assertTrue(failure.getMessage().contains("usage"), failure.getMessage());
        assertFalse(ProcessHandle.of(Long.parseLong(Files.readString(number).strip())).filter(ProcessHandle::isAlive).isPresent());
    }

    @Test
    void aControlRequestIsBoundedEvenIfOnlyTheBodyIsMissing() throws Exception {
        try (ServerSocket half = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (Socket connection = half.accept()) {
                    connection.getOutputStream().write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    // Until the client is gone.
                    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException ignored) {
                    // The client has reset the connection.
                }
            });
            server.setDaemon(true);
            server.start();
            JsonObject info = new JsonObject();
            info.addProperty("http_url", "http://127.0.0.1:" + half.getLocalPort());
            AcsEmulator emulator = new AcsEmulator(info, null, Duration.ofMillis(500));
            var failure = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertThrows(IllegalStateException.class, emulator::reset));
            assertTrue(failure.getMessage().contains("did not answer"), failure.getMessage());
        }
    }

    @Test
    void severalEmulatorsAreTrusted(AcsEmulator emulator) throws Exception {
        Map<String, String> before = new HashMap<>();
        for (String name : List.of("javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword")) {
            before.put(name, System.getProperty(name));
        }
        try (AcsEmulator second = AcsEmulator.start()) {
            TrustStore.add(emulator.caFile());
            TrustStore.add(second.caFile());
            KeyStore trusted = KeyStore.getInstance(new File(System.getProperty("javax.net.ssl.trustStore")), "changeit".toCharArray());
            for (AcsEmulator each : List.of(emulator, second)) {
                try (var pem = Files.newInputStream(each.caFile())) {
                    assertNotNull(trusted.getCertificateAlias(CertificateFactory.getInstance("X.509").generateCertificate(pem)));
                }
            }
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    @Test
    void eachStartNamesThePlatformWithoutAProgram() {
        String program = System.getProperty(EmulatorProgram.PROPERTY);
        String system = System.getProperty("os.name");
        System.setProperty(EmulatorProgram.PROPERTY, "");
        System.setProperty("os.name", "plan9");
        try {
            for (int attempt = 0; attempt < 2; attempt++) {
                var failure = assertThrows(IllegalStateException.class, AcsEmulator::start);
                assertTrue(failure.getMessage().contains("plan9"), failure.getMessage());
            }
        } finally {
            System.setProperty("os.name", system);
            System.setProperty(EmulatorProgram.PROPERTY, program);
        }
    }

    @Test
    void aPlatformWithoutAProgramIsNamed() {
        var failure = assertThrows(IllegalStateException.class, () -> EmulatorProgram.extract("plan9-sparc"));
        assertTrue(failure.getMessage().contains("plan9-sparc"), failure.getMessage());
    }

    /** In a mount namespace where the temporary folder is a file system that is mounted noexec. */
    @Test
    void aTemporaryFolderThatIsMountedNoexecIsReportedWithWhatToDo(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path program = folder.resolve("classes/dev/acsauth/emulator/plan9-sparc/acs-emulator");
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\n");
        assumeTrue(run(namespace("true")).status() == 0 || System.getenv("CI") != null, "namespaces with mounts are not allowed here");
        String mount = "mount -t tmpfs -o noexec tmpfs '" + temporary + "' && exec \"$@\"";
        List<String> extraction = List.of(System.getProperty("java.home") + "/bin/java",
                "-cp", folder.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path"));
        List<String> end = List.of("dev.acsauth.emulator.ExtractsProgram", "plan9-sparc");

        Ended refused = run(namespace(mount, extraction, List.of("-Djava.io.tmpdir=" + temporary), end));
        assertNotEquals(0, refused.status());
        for (String part : List.of("extracted to " + temporary, "mounted noexec", "java.io.tmpdir", "acs.emulator", "ACS_EMULATOR_BIN")) {
            assertTrue(refused.said().contains(part), refused.said());
        }
        Ended elsewhere = run(namespace(mount, extraction, List.of("-Djava.io.tmpdir=" + folder), end));
        assertEquals(0, elsewhere.status(), elsewhere.said());
        assertTrue(elsewhere.said().startsWith(folder.toString()), elsewhere.said());
    }

    private record Ended(int status, String said) {}

    @SafeVarargs
    private static List<String> namespace(String script, List<String>... command) {
        List<String> whole = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"));
        for (List<String> part : command) {
            whole.addAll(part);
        }
        return whole;
    }

    private static Ended run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        return new Ended(process.waitFor(), said.trim());
    }

    private static Path program(Path folder, String line) throws Exception {
        Path file = folder.resolve("program");
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    private static int faults(AcsEmulator emulator) {
        JsonElement faults = emulator.control("GET", "/faults", null);
        return faults.getAsJsonObject().getAsJsonArray("faults").size();
    }
}
