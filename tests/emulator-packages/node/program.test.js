// The package without the helper.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findProgram, startEmulator } from "acs-emulator";

test("the program comes with the platform's package", () => {
  assert.match(findProgram(), /node_modules.@acs-auth.emulator-/);
});

test("it ends when it is stopped", async () => {
  const emulator = await startEmulator({ options: ["--keep", "10"] });
  assert.deepEqual(await emulator.requests(), []);
  await emulator.stop();
  await assert.rejects(emulator.requests());
});

test("a program that never prints its start line is given up", { skip: process.platform === "win32" }, async () => {
  const program = join(mkdtempSync(join(tmpdir(), "silent-")), "silent");
  writeFileSync(program, "#!/bin/sh\nexec sleep 60\n");
  chmodSync(program, 0o755);
  await assert.rejects(startEmulator({ program, startTimeoutMs: 200 }), /did not start/);
});

test("a program that cannot be run is an error", async () => {
  await assert.rejects(startEmulator({ program: "/nowhere/acs-emulator" }), { code: "ENOENT" });
});
