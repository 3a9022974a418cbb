// The emulator, with the registration of a page for each origin at which a run serves pages.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ofEmulator } from "../../../samples/minimal-client/configFile.mjs";
import { Started } from "./process.mjs";

const CONTOSO = "c0c0c0c0-0000-4000-8000-000000000001";
const FABRIKAM = "fabfabfa-0000-4000-8000-000000000002";
const API = "a9100000-0000-4000-8000-000000000001";
const PAGE = "59a00000-0000-4000-8000-000000000002";
const TEAMS = "1fd5118e-2576-4263-8130-9503064c837a";

const user = (username, object_id, name, tenant, service_plans, more = {}) => ({ username, object_id, name, tenant, service_plans, ...more });

/** The emulator generates new passwords at each start. */
function seed(origins) {
  return {
    tenants: [
      { id: CONTOSO, name: "Contoso", domains: ["contoso.example"] },
      { id: FABRIKAM, name: "Fabrikam", domains: ["fabrikam.example"] },
    ],
    users: [
      user("alice@contoso.example", "a11ce000-0000-4000-8000-000000000001", "Alice Ashford", CONTOSO, ["TEAMS1"], { admin: true }),
      user("bob@contoso.example", "b0b00000-0000-4000-8000-000000000001", "Bob Brandt", CONTOSO, ["TEAMS1"]),
      user("carol@contoso.example", "ca401000-0000-4000-8000-000000000001", "Carol Castell", CONTOSO, []),
      user("frida@fabrikam.example", "f41da000-0000-4000-8000-000000000001", "Frida Falk", FABRIKAM, ["TEAMS1"]),
    ],
    apps: [
      { client_id: API, name: "Contoso API", tenant: CONTOSO, kind: "api", multi_tenant: true, secrets: [null] },
      {
        client_id: PAGE,
        name: "Contoso Calling",
        tenant: CONTOSO,
        kind: "spa",
        multi_tenant: true,
        redirect_uris: origins.map((origin) => ({ type: "spa", uri: `${origin}/redirect.html` })),
        requires: [
          { resource: API, scopes: ["access_as_user"] },
          { resource: TEAMS, scopes: ["Teams.ManageCalls", "Teams.ManageChats"] },
        ],
      },
    ],
    resources: [
      {
        app_id: API,
        name: "Contoso API",
        uris: [`api://${API}`],
        scopes: [{ value: "access_as_user", description: "Use the Contoso API as you" }],
        token_version: 2,
      },
    ],
  };
}

export class Emulator {
  static async start(program, origins) {
    const folder = await mkdtemp(join(tmpdir(), "acs-e2e-"));
    const file = join(folder, "seed.json");
    await writeFile(file, JSON.stringify(seed(origins)));
    const emulator = new Emulator();
    emulator.process = await Started.start("emulator", program, ["--seed", file, "--until-stdin-closes"], { stdin: "pipe" });
    await rm(folder, { recursive: true });
    emulator.info = JSON.parse(emulator.process.firstLine);
    return emulator;
  }

  user(name) {
    const found = this.info.users.find((each) => each.username.startsWith(`${name}@`));
    if (!found) throw new RangeError(name);
    return found;
  }

  /** The page's configuration; a case may change it. */
  config(backend, more = {}) {
    return { ...ofEmulator(this.info, backend), ...more };
  }

  /** The environment of every back end. */
  settings(caPem, origins) {
    const { connection_string, https_url, tenant_id, api, spa } = this.info;
    return {
      ACS_AUTH_CONNECTION_STRING: connection_string,
      ACS_AUTH_AUTHORITY: https_url,
      ACS_AUTH_TENANT_IDS: tenant_id,
      ACS_AUTH_API_CLIENT_ID: api.client_id,
      ACS_AUTH_TEAMS_CLIENT_IDS: spa.client_id,
      ACS_AUTH_ROOT_CERTIFICATES_PEM: caPem,
      ACS_AUTH_CORS_ORIGINS: origins.join(","),
    };
  }

  async control(method, path, body) {
    const answer = await fetch(`${this.info.http_url}/_emulator${path}`, {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  }

  reset = () => this.control("POST", "/reset");
  spoil = (fault) => this.control("POST", "/faults", fault);
  mend = () => this.control("DELETE", "/faults");
  rollover = () => this.control("POST", "/keys/rollover");
  setClock = (offset_seconds) => this.control("POST", "/clock", { offset_seconds });
  resetClock = () => this.control("DELETE", "/clock");
  mint = async (username, kind) =>
    (await this.control("GET", `/mint?${new URLSearchParams({ user: username, client_id: this.info.spa.client_id, kind })}`)).token;
  requests = async (operation) => (await this.control("GET", `/requests?operation=${operation}`)).requests;

  async stop() {
    this.process.child.stdin.end();
    await this.process.stop();
  }
}
