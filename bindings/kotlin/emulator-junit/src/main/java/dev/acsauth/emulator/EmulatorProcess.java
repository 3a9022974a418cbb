package dev.acsauth.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The emulator's process. It exits when its standard input is closed: by {@link #stop}, or because this JVM exits. */
final class EmulatorProcess {
    static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long STOP_TIMEOUT_S = 10;

    private final Process process;
    private final String startLine;

    private EmulatorProcess(Process process, String startLine) {
        this.process = process;
        this.startLine = startLine;
    }

    static EmulatorProcess start(Path program, Duration timeout, String... options) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--until-stdin-closes"));
        command.addAll(List.of(options));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException failure) {
            throw new IllegalStateException("The emulator " + program + " cannot be run", failure);
        }
        String line;
        try {
            line = firstLine(process).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupt) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the emulator started", interrupt);
        } catch (ExecutionException | TimeoutException failure) {
            process.destroyForcibly();
            throw new IllegalStateException("The emulator did not start within " + timeout.toSeconds() + " s", failure);
        }
        if (line == null) {
            process.destroyForcibly();
            throw new IllegalStateException("The emulator ended before it listened");
        }
        return new EmulatorProcess(process, line);
    }

    private static CompletableFuture<String> firstLine(Process process) {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                line.complete(new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine());
            } catch (IOException failure) {
                line.completeExceptionally(failure);
            }
        }, "acs-emulator start line");
        reader.setDaemon(true);
        reader.start();
        return line;
    }

    String startLine() {
        return startLine;
    }

    void stop() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException ignored) {
            // The emulator has closed its end of the pipe, so it has exited or is about to.
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
