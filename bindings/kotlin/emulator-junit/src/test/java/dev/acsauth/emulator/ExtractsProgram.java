package dev.acsauth.emulator;

/** Extracts the emulator for the platform in its argument, and prints the path. */
final class ExtractsProgram {
    private ExtractsProgram() {}

    public static void main(String[] arguments) {
        System.out.println(EmulatorProgram.extract(arguments[0]));
    }
}
