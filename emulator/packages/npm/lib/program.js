// Finds the emulator's program.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The platform, as in the packages' names. Programs for Linux are static, so glibc and musl share one. */
const platform = `${process.platform}-${process.arch}`;

/**
 * Returns the path of the program: `ACS_EMULATOR_BIN`, or the one in the package of this platform.
 * Throws if that package isn't installed.
 */
export function findProgram() {
  if (process.env.ACS_EMULATOR_BIN) return process.env.ACS_EMULATOR_BIN;
  const name = process.platform === "win32" ? "acs-emulator.exe" : "acs-emulator";
  try {
    return require.resolve(`@acs-auth/emulator-${platform}/${name}`);
  } catch {
    throw new Error(
      `acs-emulator: the package @acs-auth/emulator-${platform} is not installed; ` +
        "install with optional dependencies, or name the program in ACS_EMULATOR_BIN",
    );
  }
}
