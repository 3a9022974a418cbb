// The configuration. It is in config.json beside the page, so that one build works for every tenant.

/** The two permissions that the exchange requires in a Teams user's token. */
const TEAMS_SCOPES = [
  "https://auth.msft.communication.azure.com/Teams.ManageCalls",
  "https://auth.msft.communication.azure.com/Teams.ManageChats",
];

export interface Config {
  /** `https://login.microsoftonline.com/` and a tenant, or `organizations`. */
  readonly authority: string;
  /** The page's own app registration, of the type single-page application. */
  readonly clientId: string;
  /** `api://`, the client id of the back end's registration, `/access_as_user`. */
  readonly apiScope: string;
  /** The origin of the back end with `/api/token/teams`. */
  readonly backend: string;
  readonly teamsScopes: readonly string[];
  /** The URL of the emulator's own page; set only if users sign in at the emulator. */
  readonly emulator?: string;
}

/** What is wrong with config.json. */
export class ConfigError extends Error {}

function text(from: Record<string, unknown>, name: string): string {
  const value = from[name];
  if (typeof value !== "string" || value === "") throw new ConfigError(`config.json lacks “${name}”.`);
  return value;
}

function url(from: Record<string, unknown>, name: string): string {
  const value = text(from, name).replace(/\/$/, "");
  if (!URL.canParse(value)) throw new ConfigError(`“${name}” in config.json is not a URL.`);
  return value;
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("config.json", { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) throw new ConfigError("There is no config.json beside this page.");
  const from = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined;
  if (typeof from !== "object" || from === null) throw new ConfigError("config.json is not a JSON object.");
  const scopes = from["teamsScopes"];
  const emulator = from["emulator"];
  return {
    authority: url(from, "authority"),
    clientId: text(from, "clientId"),
    apiScope: text(from, "apiScope"),
    backend: url(from, "backend"),
    teamsScopes: Array.isArray(scopes) ? scopes.map(String) : TEAMS_SCOPES,
    ...(typeof emulator === "string" ? { emulator } : {}),
  };
}
