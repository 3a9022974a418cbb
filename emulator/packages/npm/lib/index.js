// Runs the emulator in its own process, with its start line and its control API.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { findProgram } from "./program.js";

export { findProgram };

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CONTROL_TIMEOUT_MS = 30_000;

/** Starts the emulator. `stop()`, `await using` or the end of this process stops it. Throws if it doesn't start. */
export async function startEmulator({ program = findProgram(), options = [], startTimeoutMs = START_TIMEOUT_MS } = {}) {
  const child = spawn(program, ["--until-stdin-closes", ...options], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("close", resolve));
  try {
    return new Emulator(JSON.parse(await startLine(child, startTimeoutMs)), child, exited);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** Resolves to the start line; rejects if the program can't be run, exits, or prints nothing in time. */
function startLine(child, timeoutMs) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the emulator did not start within ${timeoutMs} ms`)), timeoutMs);
    const settle = (settled) => (value) => {
      clearTimeout(timer);
      settled(value);
    };
    createInterface({ input: child.stdout }).once("line", settle(resolve));
    child.once("error", settle(reject));
    child.once("close", (code) => settle(reject)(new Error(`the emulator ended with exit code ${code}`)));
  });
}

/** A running emulator. `info` is its start line, whose members the emulator's manual lists. */
export class Emulator {
  #child;
  #exited;

  constructor(info, child, exited) {
    this.info = info;
    this.#child = child;
    this.#exited = exited;
    // The emulator must not keep this process alive: if nobody stops it, it exits with this process.
    for (const handle of [child, child?.stdin, child?.stdout]) handle?.unref?.();
  }

  /** With TLS: the client must trust the certificate authority in `caFile`. */
  get connectionString() {
    return this.info.connection_string;
  }

  /** Without TLS: the official clients need the option `allowInsecureConnection: true`. */
  get connectionStringHttp() {
    return this.info.connection_string_http;
  }

  get httpUrl() {
    return this.info.http_url;
  }

  get httpsUrl() {
    return this.info.https_url;
  }

  /** The certificate authority's file, in PEM form. */
  get caFile() {
    return this.info.ca_file;
  }

  get tenantId() {
    return this.info.tenant_id;
  }

  /** The first user with a Teams licence. */
  get user() {
    return this.info.users.find((user) => user.licensed);
  }

  /** Mints a token of Entra ID; the emulator's manual lists the members of `query`. */
  async mint(query) {
    return (await this.control("GET", `/mint?${new URLSearchParams(query)}`)).token;
  }

  /** Mints a Teams token and returns the official client's argument of `getTokenForTeamsUser`; `query` as in `mint`. */
  async teamsUserOptions(query = {}) {
    const { username, object_id: userObjectId } = this.user;
    const { client_id: clientId } = this.info.spa;
    const teamsUserAadToken = await this.mint({ user: username, client_id: clientId, kind: "teams", ...query });
    return { teamsUserAadToken, clientId, userObjectId };
  }

  /** Spoils the next matching responses; the emulator's manual lists the members of a fault. */
  spoil(fault) {
    return this.control("POST", "/faults", fault);
  }

  /** Returns the requests so far, oldest first. */
  async requests(operation = "acs") {
    const { requests } = await this.control("GET", `/requests?operation=${encodeURIComponent(operation)}`);
    return requests.sort((a, b) => a.id - b.id);
  }

  /** Restores the initial state: no identities, faults, requests or sessions. */
  reset() {
    return this.control("POST", "/reset");
  }

  /** Sends a request to the control API; `path` follows `/_emulator`. Throws if the emulator rejects it. */
  async control(method, path, body) {
    const answer = await fetch(`${this.httpUrl}/_emulator${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(CONTROL_TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the emulator's control API answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Stops the emulator; kills it if that takes longer than 10 s. */
  async stop() {
    if (!this.#child) return;
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    this.#child.ref();
    this.#child.stdin.end();
    await this.#exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
    return this.stop();
  }
}
