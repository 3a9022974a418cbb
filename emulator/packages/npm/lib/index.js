// The emulator in a process of its own: its start line, and its control API.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { findProgram } from "./program.js";

export { findProgram };

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const CONTROL_TIMEOUT_MS = 30_000;

/** Starts the emulator. It ends with `stop()`, with `await using`, or when this process ends. */
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

/** The start line, or an error: the program ended, couldn't be run or is silent for too long. */
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
    // A test run that is done ends, whether or not it stopped the emulator; the emulator then ends with it.
    for (const handle of [child, child?.stdin, child?.stdout]) handle?.unref?.();
  }

  /** For TLS, with the authority in `caFile`. */
  get connectionString() {
    return this.info.connection_string;
  }

  /** Without TLS: give the official clients `allowInsecureConnection: true`. */
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

  /** The user with a Teams licence: `{username, password, object_id, tenant_id}`. */
  get user() {
    return this.info.users.find((user) => user.licensed);
  }

  /** Mints a token of Entra ID; the emulator's manual lists the members of `query`. */
  async mint(query) {
    return (await this.control("GET", `/mint?${new URLSearchParams(query)}`)).token;
  }

  /** Returns the argument of `getTokenForTeamsUser` of the official client; `query` as in `mint`. */
  async teamsUserOptions(query = {}) {
    const { username, object_id: userObjectId } = this.user;
    const { client_id: clientId } = this.info.spa;
    const teamsUserAadToken = await this.mint({ user: username, client_id: clientId, kind: "teams", ...query });
    return { teamsUserAadToken, clientId, userObjectId };
  }

  /** Makes later requests fail; the emulator's manual lists the members of a fault. */
  spoil(fault) {
    return this.control("POST", "/faults", fault);
  }

  /** Returns the requests so far, oldest first. */
  async requests(operation = "acs") {
    const { requests } = await this.control("GET", `/requests?operation=${encodeURIComponent(operation)}`);
    return requests.sort((a, b) => a.id - b.id);
  }

  /** Restores the state of the start: no identities, faults, requests or sessions. */
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

  /** Ends the emulator, by force if it takes longer than 10 s. */
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
