// One run of the flow, with each step recorded: sign-in, tokens, exchange, credential.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { Auth, Way } from "./auth";
import { type Exchanged, ExchangeError, exchange } from "./backend";
import { decode, expiry, shown } from "./claims";
import type { Config } from "./config";
import { Steps } from "./steps";

/** The key in the session storage of the time when a redirect began, to measure how long it took. */
const LEFT_AT = "minimal-client.left";
const FRESH_TEAMS = ["teams_token_expired", "teams_token_rejected"];

export class Flow {
  credential: AzureCommunicationTokenCredential | undefined;
  /** The access token's expiry in milliseconds since 1970; 0 without a token. */
  expiresAt = 0;
  renewals = 0;
  readonly steps: Steps;

  constructor(
    private readonly config: Config,
    private readonly auth: Auth,
    changed: () => void,
    /** Called when the credential could not renew its token. */
    private readonly renewalFailed: (error: unknown) => void,
  ) {
    this.steps = new Steps(changed);
    this.describe();
  }

  /** Records what is known before the sign-in. */
  describe(): void {
    const { steps, config } = this;
    steps.note("registration", "this page", config.clientId);
    steps.note("registration", "the back end's API", config.apiScope.replace(/\/[^/]*$/, ""));
    steps.note("registration", "redirect URI", new URL("redirect.html", document.baseURI).href);
    steps.end("registration", "done");
    for (const scope of [config.apiScope, ...config.teamsScopes]) {
      const at = scope.lastIndexOf("/");
      steps.note("permissions", scope.slice(at + 1), scope.slice(0, at));
    }
  }

  async signIn(way: Way): Promise<boolean> {
    this.end();
    this.steps.clear("admin", "code", "exchange", "use");
    this.steps.start("signin");
    this.steps.note("signin", "way", way === "popup" ? "in a window of its own" : "on this page");
    if (way === "redirect") sessionStorage.setItem(LEFT_AT, String(Date.now()));
    const result = await this.auth.signIn(way);
    if (!result) return false;
    this.signedIn();
    await this.run();
    return true;
  }

  /** Continues after a redirect, or with a session that is still valid; returns false if nobody is signed in. */
  async goOn(): Promise<boolean> {
    const left = Number(sessionStorage.getItem(LEFT_AT) ?? Number.NaN);
    sessionStorage.removeItem(LEFT_AT);
    if (Number.isFinite(left)) this.steps.start("signin");
    const returned = await this.auth.returned();
    if (returned) {
      this.steps.note("signin", "way", "on this page");
      this.signedIn();
      this.steps.get("signin").ms = Date.now() - left;
    } else {
      this.steps.clear("signin");
      this.steps.start("signin");
      this.steps.note("signin", "way", "signed in before, and still so");
      if (!this.auth.resume()) {
        this.steps.clear("signin");
        return false;
      }
      this.signedIn();
    }
    await this.run();
    return true;
  }

  private signedIn(): void {
    const account = this.auth.account;
    this.steps.note("signin", "user", account?.username ?? "");
    this.steps.note("signin", "object id", account?.localAccountId ?? "");
    this.steps.note("signin", "tenant", account?.tenantId ?? "");
    this.steps.end("signin", "done");
  }

  /** Gets the tokens (from MSAL's cache if they are still valid), exchanges them, and creates the credential. */
  async run(): Promise<void> {
    const { steps } = this;
    this.end();
    steps.clear("exchange", "use");
    steps.start("code");
    steps.note("code", "grant", "authorization_code with PKCE (S256), then refresh_token");
    const api = await this.token("api", false);
    const teams = await this.token("teams", false);
    steps.end("code", "done");
    const { token } = await this.exchange(api, teams);

    steps.start("use");
    this.hold(token);
    steps.note("use", "renewed", "not yet");
    steps.end("use", "done");
  }

  /** Renews the token now, as the credential does by itself ten minutes before the expiry. */
  async renew(): Promise<void> {
    const token = await this.refresh();
    this.credential?.dispose();
    this.hold(token);
  }

  private hold(token: string): void {
    this.credential = new AzureCommunicationTokenCredential({
      token,
      refreshProactively: true,
      tokenRefresher: async (signal) => {
        try {
          return await this.refresh(signal as AbortSignal | undefined);
        } catch (error) {
          this.renewalFailed(error);
          throw error;
        }
      },
    });
    this.took(token);
  }

  /** The credential calls this ten minutes before the expiry. An ACS token expires with its Entra token, so that is renewed first. */
  private async refresh(signal?: AbortSignal): Promise<string> {
    try {
      this.steps.start("code");
      this.steps.note("code", "grant", "refresh_token, forced for the Teams token");
      const teams = await this.token("teams", true);
      const api = await this.token("api", false);
      this.steps.end("code", "done");
      const { token } = await this.exchange(api, teams, signal);
      this.renewals += 1;
      this.took(token);
      this.steps.note("use", "renewed", `${this.renewals} ×, last at ${new Date().toLocaleTimeString()}`);
      return token;
    } catch (error) {
      this.steps.fail();
      throw error;
    }
  }

  /** One exchange. If a token is rejected, a new one is requested, once for each of the two. */
  private async exchange(api: string, teams: string, signal?: AbortSignal): Promise<Exchanged> {
    const { steps, config } = this;
    const fresh = { api: false, teams: false };
    steps.start("exchange");
    steps.note("exchange", "back end", config.backend);
    for (let tries = 1; ; tries++) {
      steps.note("exchange", "requests", String(tries));
      try {
        const answer = await exchange(config.backend, api, teams, signal);
        steps.note("exchange", "answer", String(answer.status));
        if (answer.correlationId) steps.note("exchange", "correlation id", answer.correlationId);
        steps.end("exchange", "done");
        return answer;
      } catch (error) {
        const code = error instanceof ExchangeError ? error.code : "";
        if (code === "unauthorized" && !fresh.api) {
          fresh.api = true;
          steps.note("exchange", `try ${tries}`, "unauthorized: asked for a fresh token for the back end");
          api = await this.token("api", true);
        } else if (FRESH_TEAMS.includes(code) && !fresh.teams) {
          fresh.teams = true;
          steps.note("exchange", `try ${tries}`, `${code}: asked for a fresh Teams token`);
          teams = await this.token("teams", true);
        } else {
          if (error instanceof ExchangeError && error.status) steps.note("exchange", "answer", `${error.status} ${code}`);
          throw error;
        }
      }
    }
  }

  private async token(kind: "api" | "teams", force: boolean): Promise<string> {
    const token = await (kind === "api" ? this.auth.apiToken(force) : this.auth.teamsToken(force));
    const claims = decode(token);
    this.steps.token("code", kind === "api" ? "For the back end" : "For Teams", shown(claims));
    if (kind === "teams") {
      this.steps.note("admin", "granted", String(claims["scp"] ?? "nothing"));
      this.steps.end("admin", "done");
      this.steps.end("permissions", "done");
    }
    return token;
  }

  private took(token: string): void {
    this.expiresAt = expiry(decode(token));
    this.steps.note("use", "ends at", new Date(this.expiresAt).toLocaleTimeString());
    this.steps.note("use", "renews itself at", new Date(this.expiresAt - 600_000).toLocaleTimeString());
  }

  /** Stops renewals and deletes the credential. */
  end(): void {
    this.credential?.dispose();
    this.credential = undefined;
    this.expiresAt = 0;
    this.renewals = 0;
  }
}
