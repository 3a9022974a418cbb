package dev.acsauth.emulator;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Passes a running {@link AcsEmulator} to tests and their constructors. Use it with {@code @ExtendWith(AcsEmulatorExtension.class)}.
 *
 * <p>One emulator serves the whole test run and is reset before each test, so tests that use it must not run at the same time.
 * To use one that is already running, set the environment variable {@code ACS_EMULATOR_LINE} to its start line.
 */
public final class AcsEmulatorExtension implements BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(AcsEmulatorExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        emulator(context).reset();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == AcsEmulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return emulator(context);
    }

    private static AcsEmulator emulator(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(Running.class, key -> new Running(start()), Running.class).emulator();
    }

    private static AcsEmulator start() {
        String line = System.getenv("ACS_EMULATOR_LINE");
        return line == null ? AcsEmulator.start() : AcsEmulator.running(line);
    }

    /** JUnit closes it when the test run ends. Older versions recognize CloseableResource, newer ones AutoCloseable. */
    @SuppressWarnings("deprecation")
    private record Running(AcsEmulator emulator) implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            emulator.close();
        }
    }
}
