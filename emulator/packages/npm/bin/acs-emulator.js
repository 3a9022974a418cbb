#!/usr/bin/env node
// Runs the program of the platform's package with the same arguments, streams and signals.

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findProgram } from "../lib/program.js";

const child = spawn(findProgram(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`acs-emulator: ${error.message}`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
