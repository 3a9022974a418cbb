// Signing in with MSAL, which keeps its tokens encrypted in the browser, so that a reload needs no new sign-in.
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

/** How long a popup may take: people look for passwords and telephones. */
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
        // With its port; MSAL would otherwise ask Microsoft's public server whether it knows the emulator.
        knownAuthorities: config.emulator ? [authority.host] : [],
        redirectUri: new URL("redirect.html", document.baseURI).href,
        postLogoutRedirectUri: new URL("redirect.html", document.baseURI).href,
      },
      // Of MSAL's places the only one that is encrypted, with a key that ends with the browser's session; memory alone
      // would rule out signing in by redirect.
      cache: { cacheLocation: "localStorage" },
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
    const result = await this.msal.handleRedirectPromise().catch((error: unknown) => {
      // A sign-in was begun in a window and broken off by a reload; there is nothing to go on with.
      if (error instanceof AuthError && error.errorCode === "no_token_request_cache_error") return null;
      throw error;
    });
    if (result) this.msal.setActiveAccount(result.account);
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
    this.msal.setActiveAccount(result.account);
    return result;
  }

  /** Whoever is signed in already, as after a reload. */
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

  /** Asks the user for what a silent request could not have. */
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
