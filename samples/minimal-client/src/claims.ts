// Decodes tokens for display: selected claims only, never the token. Nothing is verified.

const SHOWN = [
  ["aud", "made for"],
  ["iss", "issued by"],
  ["appid", "app"],
  ["azp", "app"],
  ["oid", "user"],
  ["tid", "tenant"],
  ["scp", "permissions"],
  ["ver", "version"],
  ["iat", "issued at"],
  ["exp", "ends at"],
] as const;

export type Claims = Readonly<Record<string, unknown>>;

export function decode(token: string): Claims {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Claims) : {};
  } catch {
    return {};
  }
}

/** The claims that explain an exchange, with times in the local format. */
export function shown(claims: Claims): [string, string][] {
  return SHOWN.filter(([name]) => name in claims).map(([name, words]) => {
    const value = claims[name];
    const time = (name === "iat" || name === "exp") && typeof value === "number";
    return [`${words} (${name})`, time ? new Date(value * 1000).toLocaleTimeString() : String(value)];
  });
}

/** The expiry in milliseconds since 1970; 0 if there is none. */
export function expiry(claims: Claims): number {
  return typeof claims["exp"] === "number" ? claims["exp"] * 1000 : 0;
}
