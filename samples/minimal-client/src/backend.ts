// The only call to the back end: it sends two tokens and gets the Teams user's access token.

/** Why an exchange failed. */
export class ExchangeError extends Error {
  constructor(
    /** A code of the back end's status map, or `network`, or `unexpected`. */
    readonly code: string,
    readonly status: number,
    readonly facts: readonly [string, string][] = [],
    /** How long to wait before the next try, in seconds. */
    readonly retryAfter?: number,
  ) {
    super(code);
    this.name = "ExchangeError";
  }
}

export interface Exchanged {
  readonly token: string;
  readonly status: number;
  readonly correlationId: string;
}

const TIMEOUT_MS = 20_000;

/** The members of an error response that the page shows, and their labels. */
const SHOWN = [
  ["code", "code"],
  ["target", "target"],
  ["detail", "detail"],
  ["correlationId", "correlation id"],
  ["msCv", "MS-CV"],
] as const;

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function refusal(answer: Response, body: Record<string, unknown>): ExchangeError {
  const facts: [string, string][] = [["status", String(answer.status)]];
  for (const [name, words] of SHOWN) if (typeof body[name] === "string") facts.push([words, body[name]]);
  const code = typeof body["code"] === "string" ? body["code"] : "unexpected";
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return new ExchangeError(code, answer.status, facts, Number.isFinite(seconds) ? seconds : undefined);
}

export async function exchange(
  backend: string,
  apiToken: string,
  teamsToken: string,
  signal?: AbortSignal,
): Promise<Exchanged> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let answer: Response;
  try {
    answer = await fetch(`${backend}/api/token/teams`, {
      method: "POST",
      headers: { Authorization: `Bearer ${apiToken}`, "teams-user-aad-token": teamsToken },
      // The tokens are the only credential, and a redirect could send them elsewhere.
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    // Browsers do not give a page the reason.
    throw new ExchangeError("network", 0, [
      ["back end", backend],
      ["this page", location.origin],
    ]);
  }
  const body = record(await answer.json().catch(() => undefined));
  if (!answer.ok) throw refusal(answer, body);
  if (typeof body["token"] !== "string") throw new ExchangeError("unexpected", answer.status, [["status", String(answer.status)]]);
  return {
    token: body["token"],
    status: answer.status,
    correlationId: answer.headers.get("x-correlation-id") ?? "",
  };
}
