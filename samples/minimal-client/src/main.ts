import { Auth, type Way } from "./auth";
import { type Config, loadConfig } from "./config";
import { byId, clock, el } from "./dom";
import { explain } from "./explain";
import { Flow } from "./flow";
import { drawJoin, leave } from "./joinView";
import { type Actions, announce, drawNow, type Now } from "./nowView";
import { StepList } from "./stepView";

/** Errors that the page shows, such as a failed renewal in the background; the console needn't report them again. */
const shown = new WeakSet<object>();

class App implements Actions {
  private now: Now = { is: "starting" };
  private retryAt = 0;
  /** Counts the actions that were started, so that only the last one's result is shown. */
  private turn = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly list = new StepList(byId("steps"));
  private readonly flow: Flow;

  constructor(
    private readonly config: Config,
    private readonly auth: Auth,
  ) {
    this.flow = new Flow(
      config,
      auth,
      () => queueMicrotask(() => this.list.show(this.flow.steps.all)),
      (error) => this.failed(error),
    );
    this.list.show(this.flow.steps.all);
    byId("join").replaceChildren(...drawJoin(() => this.flow.credential, config.emulator !== undefined));
    setInterval(() => this.tick(), 1000);
    // #main is no page but the target of the skip link. The browser has already moved the focus there, and the user may have
    // moved it on.
    window.addEventListener("hashchange", () => {
      if (location.hash !== "#main") this.route(true);
    });
    this.route(false);
  }

  start(): Promise<void> {
    return this.during({ is: "starting" }, async () => (await this.flow.goOn()) || this.show({ is: "out" }));
  }

  signIn(way: Way): void {
    void this.during({ is: "busy", what: "Waiting for your sign-in…", cancel: way === "popup" }, () => this.flow.signIn(way));
  }

  run(): void {
    void this.during({ is: "busy", what: "Exchanging the sign-in for a Teams token…" }, () => this.flow.run());
  }

  renew(): void {
    void this.during({ is: "busy", what: "Renewing the token…" }, () => this.flow.renew());
  }

  ask(): void {
    void this.during({ is: "busy", what: "Waiting for your answer…", cancel: true }, async () => {
      await this.auth.ask();
      await this.flow.run();
    });
  }

  /** Reloads the page, since MSAL can't stop waiting for a popup. Whatever the popup still reports is ignored. */
  cancel(): void {
    this.auth.closeWindow();
    location.reload();
  }

  private async signOut(way: Way): Promise<void> {
    this.flow.end();
    await leave();
    this.flow.steps.clear("admin", "permissions", "signin", "code", "exchange", "use");
    this.flow.describe();
    await this.during({ is: "busy", what: "Signing out…" }, async () => {
      await this.auth.signOut(way);
      this.show({ is: "out" });
    });
  }

  /** Shows that an action is running, and then its result. */
  private async during(now: Now, work: () => Promise<unknown>): Promise<void> {
    const turn = ++this.turn;
    clearTimeout(this.retry);
    this.retryAt = 0;
    this.show(now);
    try {
      await work();
      if (turn === this.turn && this.flow.credential) this.show({ is: "ready" });
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (typeof error === "object" && error !== null) shown.add(error);
    this.flow.steps.fail();
    const trouble = explain(error);
    if (trouble.retryAfter !== undefined && this.auth.account) {
      this.retryAt = Date.now() + trouble.retryAfter * 1000;
      this.retry = setTimeout(() => this.run(), trouble.retryAfter * 1000);
    }
    this.show({ is: "trouble", trouble, signedIn: this.auth.account !== null });
  }

  private show(now: Now): void {
    const place = byId("now");
    const focused = place.contains(document.activeElement);
    this.now = now;
    const more = { expiresAt: this.flow.expiresAt, retryAt: this.retryAt };
    place.replaceChildren(drawNow(now, this, this.config.emulator ? { ...more, emulator: this.config.emulator } : more));
    // If the pressed button is gone, the focus stays in this place instead of moving to the top of the page.
    if (focused) (place.querySelector<HTMLElement>("button, a.primary") ?? byId("main")).focus();
    byId("status").textContent = announce(now);
    document.body.dataset["now"] = now.is;
    byId("join-first").hidden = this.flow.credential !== undefined;
    this.showAccount();
  }

  private showAccount(): void {
    const account = this.auth.account;
    if (!account || this.now.is === "out") return byId("account").replaceChildren();
    if (byId("account").textContent?.includes(account.username)) return;
    const leaveBy = (label: string, way: Way): HTMLElement =>
      el("button", { type: "button", class: "plain small", click: () => void this.signOut(way) }, label);
    byId("account").replaceChildren(
      el("span", { class: "who" }, el("strong", {}, account.name ?? ""), el("small", {}, account.username)),
      leaveBy("Sign out", "popup"),
      leaveBy("Sign out on this page", "redirect"),
    );
  }

  private tick(): void {
    for (const element of document.querySelectorAll<HTMLElement>("[data-countdown]")) {
      element.textContent = clock(Number(element.dataset["countdown"]) - Date.now());
    }
    const drawn = byId("now").querySelector<HTMLElement>(".good [data-countdown]");
    if (drawn) drawn.dataset["countdown"] = String(this.flow.expiresAt);
  }

  private route(moved: boolean): void {
    const page = location.hash === "#/join" ? "join" : "flow";
    byId("flow").hidden = page !== "flow";
    byId("now").hidden = page !== "flow";
    byId("join").hidden = page !== "join";
    for (const link of document.querySelectorAll<HTMLElement>("nav a")) {
      if (link.dataset["page"] === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (moved) byId("main").focus();
  }
}

window.addEventListener("unhandledrejection", (event) => {
  if (typeof event.reason === "object" && event.reason !== null && shown.has(event.reason)) event.preventDefault();
});

try {
  const config = await loadConfig();
  await new App(config, await Auth.start(config)).start();
} catch (error) {
  const nothing = (): void => undefined;
  const actions = { signIn: nothing, run: nothing, renew: nothing, ask: nothing, cancel: nothing };
  byId("now").replaceChildren(drawNow({ is: "trouble", trouble: explain(error), signedIn: false }, actions, { expiresAt: 0, retryAt: 0 }));
  // If the app could not start, there is nothing else to show.
  byId("flow").hidden = true;
  for (const nav of document.querySelectorAll("nav")) nav.hidden = true;
  document.body.dataset["now"] = "trouble";
}
