package dev.acsauth.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official samples compile and run with only their imports changed. tests/peers/run-java-samples runs this class. */
class OfficialSamples {
    private static final String THEIRS = "com.azure.communication.identity";
    private static final String OURS = "dev.acsauth.azure";

    @TempDir
    private Path folder;

    /** Copies the samples into a folder of this package, and compiles them there. Returns the names of classes with a main function. */
    private List<String> compiled(String ours) throws IOException {
        Path made = Files.createDirectory(folder.resolve(ours));
        List<String> arguments = new ArrayList<>(List.of("-d", made.toString(), "-cp", System.getProperty("java.class.path")));
        List<String> programs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("acs.samples")))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                Path copy = made.resolve(file.getFileName());
                // The samples are in the package of the official jar, which is signed, so no other class can be in it.
                String imported = text.replace("package " + THEIRS + ";", "package samples;\nimport " + THEIRS + ".*;");
                Files.writeString(copy, imported.replace(THEIRS, ours));
                arguments.add(copy.toString());
                if (text.contains("static void main(")) {
                    programs.add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)), ours);
        return programs;
    }

    /** Returns what a program prints before each colon. */
    private List<String> printed(String ours, String program) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Djavax.net.ssl.trustStore=" + System.getProperty("javax.net.ssl.trustStore"),
                        "-Djavax.net.ssl.trustStorePassword=" + System.getProperty("javax.net.ssl.trustStorePassword"),
                        "-cp", folder.resolve(ours) + ":" + System.getProperty("java.class.path"), "samples." + program)
                .redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(folder.resolve("printed").toFile());
        // The official client accepts only https and uses the JVM's trust store. Ours would use the system's, so it gets http.
        String connection = Emulator.text(ours.equals(THEIRS) ? "connection_string" : "connection_string_http");
        for (String name : new String[] {"COMMUNICATION_LIVETEST_DYNAMIC_CONNECTION_STRING", "COMMUNICATION_CONNECTION_STRING"}) {
            builder.environment().put(name, connection);
        }
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), program);
        assertEquals(0, process.exitValue(), ours + "." + program);
        return Files.readAllLines(folder.resolve("printed")).stream().filter(line -> line.contains(": "))
                .map(line -> line.substring(0, line.indexOf(": "))).toList();
    }

    @Test
    void theyCompileAndPrintTheSame() throws Exception {
        Emulator.reset();
        List<String> programs = compiled(THEIRS);
        assertEquals(programs, compiled(OURS));
        assertFalse(programs.isEmpty());
        for (String program : programs) {
            List<String> theirs = printed(THEIRS, program);
            assertEquals(theirs, printed(OURS, program));
            assertTrue(theirs.size() >= 3, theirs.toString());
        }
    }
}
