// One person at the page, in a browser without any state: what they do, and everything that is left behind.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { context as places } from "./setup.mjs";

const PATIENCE_MS = 30_000;

export class Visit {
  /** The console, requests and responses of this visit. */
  console = [];
  urls = [];
  /** Tokens of every kind that went over the wire, which must be found nowhere else. */
  secrets = new Set();
  shots = [];

  static async open(setup, browser, title, name, { origin = setup.origin, options = {}, clock = false } = {}) {
    const visit = new Visit();
    visit.setup = setup;
    visit.title = title;
    visit.name = name;
    visit.origin = origin;
    visit.context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    visit.context.setDefaultTimeout(PATIENCE_MS);
    visit.context.on("page", (page) => visit.watch(page));
    if (clock) await visit.context.clock.install();
    visit.page = await visit.context.newPage();
    await visit.page.goto(origin);
    return visit;
  }

  watch(page) {
    page.on("console", (message) => this.console.push(message.text()));
    page.on("pageerror", (error) => this.console.push(String(error)));
    page.on("request", (request) => {
      this.urls.push(request.url());
      const bearer = request.headers()["authorization"]?.replace("Bearer ", "");
      if (bearer) this.bearer = bearer;
      for (const value of [request.headers()["teams-user-aad-token"], bearer]) if (value) this.secrets.add(value);
      const form = new URLSearchParams(request.postData() ?? "");
      for (const field of ["code", "code_verifier", "refresh_token", "password"]) if (form.get(field)) this.secrets.add(form.get(field));
    });
    page.on("response", async (response) => {
      if (!/\/oauth2\/v2\.0\/token|\/api\/token\/teams/.test(response.url())) return;
      const body = await response.json().catch(() => ({}));
      if (body.expiresOn) this.lastAnswer = body;
      for (const field of ["access_token", "refresh_token", "id_token", "token"]) if (body[field]) this.secrets.add(body[field]);
    });
  }

  now(state) {
    return this.page.waitForSelector(`body[data-now="${state}"]`);
  }

  /** Signs `user` in at Entra ID's page, and answers its question about consent. */
  async atEntra(page, user, { consent = "Accept" } = {}) {
    await this.signInAt(page, user);
    await this.atConsent(page, consent);
  }

  async signInAt(page, { username, password }) {
    await page.locator("#username").fill(username);
    await page.locator("#password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  atConsent(page, answer) {
    return page.getByRole("button", { name: answer }).click();
  }

  async openPopup() {
    await this.now("out");
    const popup = this.context.waitForEvent("page");
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    return popup;
  }

  async byPopup(user, answers) {
    const popup = await this.openPopup();
    await this.atEntra(popup, user, answers);
  }

  async byRedirect(user, answers) {
    await this.now("out");
    await this.page.getByRole("button", { name: "Sign in on this page" }).click();
    await this.atEntra(this.page, user, answers);
  }

  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  /** The code of the error that the page explains, once there is one. */
  async trouble() {
    await this.now("trouble");
    return this.page.locator("#now [data-code]").getAttribute("data-code");
  }

  /** A fact that a step shows. */
  async fact(step, name) {
    const row = this.page.locator(`[data-step=${step}] .facts > div`).filter({ has: this.page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
    return (await row.first().locator("dd").textContent())?.trim();
  }

  states() {
    return this.page.locator("#steps > li").evaluateAll((all) => all.map((each) => each.dataset.state));
  }

  async shot(state, page = this.page) {
    const folder = join(places.out, "screenshots", this.title);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${this.name}-${state}.png`.replaceAll(/[^a-z0-9.-]+/gi, "-"));
    await page.screenshot({ path: file, fullPage: true });
    this.shots.push(file);
  }

  close() {
    return this.context.close();
  }
}
