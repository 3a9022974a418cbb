// Reads config.json, either written by hand or as `acs-auth serve --emulator` prints it.
import { readFile } from "node:fs/promises";

/** The part of an emulator's start line that the page needs, without its secrets. */
export function ofEmulator({ authority, spa, api, https_url }, backend) {
  return { authority, clientId: spa.client_id, apiScope: api.scope, backend, emulator: `${https_url}/_emulator/` };
}

/** The page's configuration, and with the emulator the users and passwords to sign in with. */
export async function readConfig(file) {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Error(`${file} cannot be read (${error.code}): copy config.example.json, or see README.md for the emulator.`);
  });
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error(text.trim() ? `${file} is no JSON.` : `${file} is empty: what writes to it is not ready yet.`);
  }
  if (typeof read !== "object" || read === null) throw new Error(`${file} is no JSON object.`);
  const { url, emulator } = read;
  const printed = typeof url === "string" && typeof emulator === "object" && emulator !== null;
  return printed ? { config: ofEmulator(emulator, url), users: emulator.users } : { config: read, users: [] };
}
