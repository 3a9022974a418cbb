// Signing in with MSAL. Tokens stay in memory: a script that gets into the page later finds none in its storage.
import {
  type AccountInfo,
  type AuthenticationResult,
  InteractionRequiredAuthError,
  PublicClientApplication,
} from "@azure/msal-browser";
import type { Config } from "./config";

export type Way = "popup" | "redirect";

/** How long a popup may take: people look for passwords and telephones. */
const POPUP_MS = 5 * 60 * 1000;
/** Whom to ask Entra ID for after a reload. A name only, no credential. */
const LAST_USER = "minimal-client.user";

export class Auth {
  private constructor(
    private readonly msal: PublicClientApplication,
    private readonly config: Config,
  ) {}

  static async start(config: Config): Promise<Auth> {
    const authority = new URL(config.authority);
    const msal = new PublicClientApplication({
      auth: {
        clientId: config.clientId,
        authority: config.authority,
        // With its port; MSAL would otherwise ask Microsoft's public server whether it knows the emulator.
        knownAuthorities: config.emulator ? [authority.host] : [],
        redirectUri: new URL("redirect.html", document.baseURI).href,
        postLogoutRedirectUri: new URL("redirect.html", document.baseURI).href,
      },
      cache: { cacheLocation: "memoryStorage" },
      system: { popupBridgeTimeout: POPUP_MS },
    });
    await msal.initialize();
    return new Auth(msal, config);
  }

  get account(): AccountInfo | null {
    return this.msal.getActiveAccount();
  }

  /** The answer to a redirect that this page is the end of, if it is. */
  async returned(): Promise<AuthenticationResult | null> {
    const result = await this.msal.handleRedirectPromise();
    if (result) this.remember(result.account);
    return result;
  }

  /** One sign-in for both resources: the API's scope now, consent to the Teams scopes with it. */
  private get request() {
    return {
      scopes: [this.config.apiScope],
      extraScopesToConsent: [...this.config.teamsScopes],
      prompt: "select_account",
    };
  }

  async signIn(way: Way): Promise<AuthenticationResult | null> {
    if (way === "redirect") {
      await this.msal.loginRedirect(this.request);
      return null;
    }
    const result = await this.msal.loginPopup({ ...this.request, overrideInteractionInProgress: true });
    this.remember(result.account);
    return result;
  }

  /** Signs in without a word where Entra ID still knows the user, as after a reload. */
  async resume(): Promise<AuthenticationResult | null> {
    const loginHint = sessionStorage.getItem(LAST_USER);
    if (!loginHint) return null;
    try {
      const result = await this.msal.ssoSilent({ scopes: [this.config.apiScope], loginHint });
      this.remember(result.account);
      return result;
    } catch {
      sessionStorage.removeItem(LAST_USER);
      return null;
    }
  }

  apiToken(forceRefresh = false): Promise<string> {
    return this.silent([this.config.apiScope], forceRefresh);
  }

  teamsToken(forceRefresh = false): Promise<string> {
    return this.silent([...this.config.teamsScopes], forceRefresh);
  }

  /** Asks the user for what a silent request could not have. */
  async ask(): Promise<void> {
    const account = this.account;
    const result = await this.msal.acquireTokenPopup({
      scopes: [...this.config.teamsScopes],
      ...(account ? { account } : {}),
      overrideInteractionInProgress: true,
    });
    this.remember(result.account);
  }

  async signOut(way: Way): Promise<void> {
    sessionStorage.removeItem(LAST_USER);
    const account = this.account;
    const request = account ? { account } : {};
    if (way === "redirect") await this.msal.logoutRedirect(request);
    else await this.msal.logoutPopup(request);
    this.msal.setActiveAccount(null);
  }

  private remember(account: AccountInfo): void {
    this.msal.setActiveAccount(account);
    sessionStorage.setItem(LAST_USER, account.username);
  }

  private async silent(scopes: string[], forceRefresh: boolean): Promise<string> {
    const account = this.account;
    if (!account) throw new InteractionRequiredAuthError("login_required", "");
    return (await this.msal.acquireTokenSilent({ scopes, account, forceRefresh })).accessToken;
  }
}
