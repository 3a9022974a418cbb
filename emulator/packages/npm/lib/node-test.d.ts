import type { Emulator, StartOptions } from "./index.js";

/**
 * Runs an emulator for the tests of a file or of a suite, and resets it before each. If `ACS_EMULATOR_LINE`
 * has the start line of a running emulator, that one is used. Its members can be used only while tests and
 * hooks run.
 */
export function useEmulator(options?: StartOptions): Emulator;
