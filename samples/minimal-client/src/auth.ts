// Signs in with MSAL, which stores its tokens encrypted in the browser, so that a reload needs no new
// sign-in.
import {
  type AccountInfo,
  AuthError,
  type AuthenticationResult,
  EventType,
  InteractionRequiredAuthError,
  PublicClientApplication,
} from "@azure/msal-browser";
import type { Config } from "./config";

export type Way = "popup" | "redirect";

/** The timeout of a popup: users have to look for passwords and phones. */
const POPUP_MS = 5 * 60 * 1000;

export class Auth {
  private popup: Window | undefined;

  private constructor(
    private readonly msal: PublicClientApplication,
    private readonly config: Config,
  ) {
    msal.addEventCallback(({ eventType, payload }) => {
      if (eventType === EventType.POPUP_OPENED && payload && "popupWindow" in payload) this.popup = payload.popupWindow;
    });
  }

  static async start(config: Config): Promise<Auth> {
    const authority = new URL(config.authority);
    const msal = new PublicClientApplication({
      auth: {
        clientId: config.clientId,
        authority: config.authority,
        // With the port. Without this, MSAL asks Microsoft's public server whether it knows the emulator.
        knownAuthorities: config.emulator ? [authority.host] : [],
        redirectUri: new URL("redirect.html", document.baseURI).href,
        postLogoutRedirectUri: new URL("redirect.html", document.baseURI).href,
      },
      // The only one of MSAL's caches that is encrypted, with a key that lasts until the browser's session
      // ends. With memory alone, signing in by redirect would be impossible.
      cache: { cacheLocation: "localStorage" },
      system: { popupBridgeTimeout: POPUP_MS },
    });
    await msal.initialize();
    return new Auth(msal, config);
  }

  get account(): AccountInfo | null {
    return this.msal.getActiveAccount();
  }

  /** The result of a sign-in by redirect that ends with this page load; null if there is none. */
  async returned(): Promise<AuthenticationResult | null> {
    const result = await this.msal.handleRedirectPromise().catch((error: unknown) => {
      // A reload cancelled a sign-in by popup; there is nothing to continue.
      if (error instanceof AuthError && error.errorCode === "no_token_request_cache_error") return null;
      throw error;
    });
    if (result) this.msal.setActiveAccount(result.account);
    return result;
  }

  /** One sign-in for both resources: it gets the API's token, and includes the consent to the Teams scopes. */
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
    this.msal.setActiveAccount(result.account);
    return result;
  }

  /** The account that is still signed in, such as after a reload. */
  resume(): AccountInfo | null {
    const account = this.account ?? this.msal.getAllAccounts()[0] ?? null;
    this.msal.setActiveAccount(account);
    return account;
  }

  apiToken(forceRefresh = false): Promise<string> {
    return this.silent([this.config.apiScope], forceRefresh);
  }

  teamsToken(forceRefresh = false): Promise<string> {
    return this.silent([...this.config.teamsScopes], forceRefresh);
  }

  /** Opens a popup for a token that needs the user: consent, a second factor, or a new sign-in. */
  async ask(): Promise<void> {
    const account = this.account;
    const result = await this.msal.acquireTokenPopup({
      scopes: [...this.config.teamsScopes],
      ...(account ? { account } : {}),
      overrideInteractionInProgress: true,
    });
    this.msal.setActiveAccount(result.account);
  }

  closeWindow(): void {
    this.popup?.close();
  }

  async signOut(way: Way): Promise<void> {
    const account = this.account;
    const request = account ? { account } : {};
    if (way === "redirect") await this.msal.logoutRedirect(request);
    else await this.msal.logoutPopup(request);
    this.msal.setActiveAccount(null);
  }

  private async silent(scopes: string[], forceRefresh: boolean): Promise<string> {
    const account = this.account;
    if (!account) throw new InteractionRequiredAuthError("login_required", "");
    return (await this.msal.acquireTokenSilent({ scopes, account, forceRefresh })).accessToken;
  }
}
