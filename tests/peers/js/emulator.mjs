// The emulator that `run` started: what its first line said, and its control API.

const line = JSON.parse(process.env.ACS_EMULATOR_LINE);

export const emulator = {
  ...line,
  authorityHost: new URL(line.authority).host,
  user: line.users.find((user) => user.licensed),
  unlicensedUser: line.users.find((user) => !user.licensed),
  wrongKeyConnectionString: line.connection_string.replace(/accesskey=.*$/, "accesskey=d3JvbmcgYWNjZXNzIGtleQ=="),

  /** A token of Entra for `user`, good or spoiled in one named way. */
  async mint(user, { clientId = line.spa.client_id, kind = "teams", attack } = {}) {
    const query = new URLSearchParams({ user: user.username, client_id: clientId, kind });
    if (attack) query.set("attack", attack);
    return (await control("GET", `/mint?${query}`)).token;
  },

  /** Every request kept, oldest first. */
  async requests() {
    return (await control("GET", "/requests")).requests.sort((a, b) => a.id - b.id);
  },

  forgetRequests: () => control("DELETE", "/requests"),

  /** Spoils the next answers as the emulator's control API describes. */
  spoil: (fault) => control("POST", "/faults", fault),

  /** Takes back what was spoiled and not yet answered. */
  mend: () => control("DELETE", "/faults"),

  /** Back to the state of the start: no consents, identities, sessions, faults or requests. */
  reset: () => control("POST", "/reset"),
};

async function control(method, path, body) {
  const answer = await fetch(`${line.http_url}/_emulator${path}`, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}
