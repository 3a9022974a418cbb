package dev.acsauth.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The emulator's program for this platform. */
final class EmulatorProgram {
    /** The system property and the environment variable that name a program to use instead of the jar's. */
    static final String PROPERTY = "acs.emulator";
    static final String VARIABLE = "ACS_EMULATOR_BIN";

    private static Path extracted;

    private EmulatorProgram() {}

    static Path find() {
        String named = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        return named == null || named.isEmpty() ? extracted() : Path.of(named);
    }

    /** Returns the program in the jar, extracted once per JVM. */
    private static synchronized Path extracted() {
        if (extracted == null) {
            extracted = extract(platform());
        }
        return extracted;
    }

    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String os = system.startsWith("windows") ? "windows" : system.startsWith("mac") ? "macos" : system;
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return os + "-" + switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> architecture;
        };
    }

    static Path extract(String platform) {
        String name = platform.startsWith("windows") ? "acs-emulator.exe" : "acs-emulator";
        try (InputStream program = EmulatorProgram.class.getResourceAsStream(platform + "/" + name)) {
            if (program == null) {
                throw new IllegalStateException("acs-emulator has no program for " + platform + "; name one by the system property "
                        + PROPERTY + " or the environment variable " + VARIABLE);
            }
            return write(program, name);
        } catch (IOException failure) {
            throw new UncheckedIOException("acs-emulator cannot be extracted to " + System.getProperty("java.io.tmpdir") + ": " + failure.getMessage()
                    + "; name another folder by java.io.tmpdir, or a program by the system property " + PROPERTY + " or the environment variable "
                    + VARIABLE, failure);
        }
    }

    private static Path write(InputStream program, String name) throws IOException {
        Path folder = Files.createTempDirectory("acs-emulator");
        Path file = folder.resolve(name);
        // Deleted in reverse order: first the file, then the folder.
        folder.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        Files.copy(program, file);
        // On a file system that is mounted noexec, no file is executable, whatever its permissions.
        if (!file.toFile().setExecutable(true, true) || !Files.isExecutable(file)) {
            throw new IOException("no program can be run from there, as on a file system that is mounted noexec");
        }
        return file;
    }
}
