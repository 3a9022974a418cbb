// A program that a run has started: its first line, its whole output, and its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const START_MS = 60_000;
const STOP_MS = 20_000;

/** A run that ends early also ends what it started. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export class Started {
  /** Its whole output, line by line, as a log would have it. */
  log = [];

  constructor(name, child) {
    this.name = name;
    this.child = child;
    this.ended = once(child, "exit");
  }

  /**
   * Starts `program`, and waits for the first line that it prints, or for the first line of either output that matches
   * `ready`. With another `stdout` its output goes there, and only its standard error is read.
   */
  static async start(name, program, args, { env = {}, cwd, stdin = "ignore", stdout = "pipe", ready } = {}) {
    const child = spawn(program, args, { env: { ...process.env, ...env }, cwd, stdio: [stdin, stdout, "pipe"] });
    const started = new Started(name, child);
    running.add(child);
    child.once("exit", () => running.delete(child));
    const lines = child.stdout && createInterface({ input: child.stdout });
    const errors = createInterface({ input: child.stderr });
    const first = new Promise((done, failed) => {
      for (const each of [lines, errors]) {
        each?.on("line", (line) => {
          if (ready) {
            started.log.push(line);
            if (ready.test(line)) done(line);
          } else if (each === errors || started.firstLine !== undefined) {
            started.log.push(line);
          } else {
            // Not in the log: the start line of an emulator or a server may contain secrets.
            started.firstLine = line;
            done(line);
          }
        });
      }
      child.once("error", failed);
      child.once("exit", (code) => failed(new Error(`${name} ended with ${code} before it was ready:\n${started.log.join("\n")}`)));
      setTimeout(() => failed(new Error(`${name} was not ready in time:\n${started.log.join("\n")}`)), START_MS).unref();
    });
    started.firstLine = await first;
    return started;
  }

  /** Ends it by SIGTERM, as an operator would; returns its exit code, or the signal that ended it. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGTERM");
      const late = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
      await this.ended;
      clearTimeout(late);
    }
    return this.child.exitCode ?? this.child.signalCode;
  }
}
