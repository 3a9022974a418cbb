package dev.acsauth.emulator;

/** A program that extracts the emulator of the platform that it is given, and prints where to. */
final class ExtractsProgram {
    private ExtractsProgram() {}

    public static void main(String[] arguments) {
        System.out.println(EmulatorProgram.extract(arguments[0]));
    }
}
