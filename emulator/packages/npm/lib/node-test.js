// A helper for node's test runner.

import { after, before, beforeEach } from "node:test";
import { Emulator, startEmulator } from "./index.js";

/**
 * Runs an emulator for the tests of a file or of a suite, and resets it before each. If `ACS_EMULATOR_LINE`
 * has the start line of a running emulator, that one is used. The result has all members of an `Emulator`,
 * but only while tests and hooks run.
 */
export function useEmulator(options) {
  let emulator;
  before(async () => {
    const line = process.env.ACS_EMULATOR_LINE;
    emulator = line ? new Emulator(JSON.parse(line)) : await startEmulator(options);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator?.stop());
  return new Proxy(Object.create(Emulator.prototype), {
    get(_, name) {
      if (!emulator) throw new Error("the emulator runs only while tests do: use it in a test or in a hook");
      const value = Reflect.get(emulator, name, emulator);
      return typeof value === "function" ? value.bind(emulator) : value;
    },
  });
}
