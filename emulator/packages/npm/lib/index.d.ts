/** The emulator's start line; its manual describes the members. */
export interface StartLine {
  http_url: string;
  https_url: string;
  ca_file: string;
  connection_string: string;
  connection_string_http: string;
  graph_url: string;
  authority: string;
  tenant_id: string;
  resource_id: string;
  secondary_access_key: string;
  api: { client_id: string; scope: string; client_secret: string };
  spa: { client_id: string; redirect_uri: string; public_redirect_uri: string };
  daemon: { client_id: string; client_secret: string };
  users: User[];
  identity_header: string;
}

export interface User {
  username: string;
  password: string;
  object_id: string;
  tenant_id: string;
  licensed: boolean;
}

/** A request as the emulator recorded it; its manual describes the members. */
export interface RecordedRequest {
  id: number;
  service: string;
  operation: string;
  method: string;
  target: string;
  status: number | null;
  error_code: string | null;
  client_request_id: string | null;
  checks: { name: string; ok: boolean; detail: string }[];
  [member: string]: unknown;
}

export interface StartOptions {
  /** The program's path. Defaults to `findProgram()`. */
  program?: string;
  /** Further arguments; `acs-emulator --help` lists them. */
  options?: string[];
  /** How long to wait for the start line, in milliseconds. Defaults to 60000. */
  startTimeoutMs?: number;
}

/** A running emulator. */
export class Emulator {
  constructor(info: StartLine);
  readonly info: StartLine;
  /** With TLS: the client must trust the certificate authority in `caFile`. */
  readonly connectionString: string;
  /** Without TLS: the official clients need the option `allowInsecureConnection: true`. */
  readonly connectionStringHttp: string;
  readonly httpUrl: string;
  readonly httpsUrl: string;
  /** The certificate authority's file, in PEM form. */
  readonly caFile: string;
  readonly tenantId: string;
  /** The first user with a Teams licence. */
  readonly user: User;
  /** Mints a token of Entra ID; the emulator's manual lists the members of `query`. Throws if one is invalid. */
  mint(query: Record<string, string>): Promise<string>;
  /** Mints a Teams token and returns the official client's argument of `getTokenForTeamsUser`; `query` as in `mint`. */
  teamsUserOptions(
    query?: Record<string, string>,
  ): Promise<{ teamsUserAadToken: string; clientId: string; userObjectId: string }>;
  /** Spoils the next matching responses; the emulator's manual lists a fault's members. Throws if one is invalid. */
  spoil(fault: Record<string, unknown>): Promise<unknown>;
  /** Returns the requests so far, oldest first. `operation`: a name, or `acs` (default), `entra` or `graph`. */
  requests(operation?: string): Promise<RecordedRequest[]>;
  /** Restores the initial state: no identities, faults, requests or sessions. */
  reset(): Promise<unknown>;
  /** Sends a request to the control API; `path` follows `/_emulator`. Throws if the emulator rejects it. */
  control(method: string, path: string, body?: unknown): Promise<any>;
  /** Stops the emulator; kills it if that takes longer than 10 s. */
  stop(): Promise<void>;
}

/** Starts the emulator. `stop()`, `await using` or the end of this process stops it. Throws if it doesn't start. */
export function startEmulator(options?: StartOptions): Promise<Emulator>;

/** Returns the program's path: `ACS_EMULATOR_BIN`, or the one in this platform's package. Throws if there is none. */
export function findProgram(): string;
