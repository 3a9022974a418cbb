// The emulator that `run` has started: its start line, and its control API.

const line = JSON.parse(process.env.ACS_EMULATOR_LINE);

export const emulator = {
  ...line,
  authorityHost: new URL(line.authority).host,
  user: line.users.find((user) => user.licensed),
  unlicensedUser: line.users.find((user) => !user.licensed),
  wrongKeyConnectionString: line.connection_string.replace(/accesskey=.*$/, "accesskey=d3JvbmcgYWNjZXNzIGtleQ=="),

  /** Returns an Entra token for `user`: a valid one, or one with the fault that `attack` names. */
  async mint(user, { clientId = line.spa.client_id, kind = "teams", attack } = {}) {
    const query = new URLSearchParams({ user: user.username, client_id: clientId, kind });
    if (attack) query.set("attack", attack);
    return (await control("GET", `/mint?${query}`)).token;
  },

  /** Returns all recorded requests, oldest first. */
  async requests() {
    return (await control("GET", "/requests")).requests.sort((a, b) => a.id - b.id);
  },

  forgetRequests: () => control("DELETE", "/requests"),

  /** Spoils the next responses. The emulator's control API describes the members of `fault`. */
  spoil: (fault) => control("POST", "/faults", fault),

  /** Removes the faults that have not been used yet. */
  mend: () => control("DELETE", "/faults"),

  /** Restores the initial state: no consents, identities, sessions, faults or requests. */
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
