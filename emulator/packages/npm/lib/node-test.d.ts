import type { Emulator, StartOptions } from "./index.js";

/**
 * Runs an emulator for the tests of a file or of a suite, and resets it before each. `ACS_EMULATOR_LINE` names a running
 * one by its start line. Its members can be used once the tests run.
 */
export function useEmulator(options?: StartOptions): Emulator;
