// The page itself, with any back end: its texts, its look, the keyboard, screen readers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { context } from "../lib/setup.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Checks every rule of WCAG 2.2 AA that axe knows, in light and in dark. */
async function accessible(page, state) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    assert.ok(passes.length > 10, "axe looked at something");
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${state}, ${colorScheme}`);
  }
}

export const page = [
  {
    name: "every code of the back end is explained",
    async run() {
      const source = readFileSync(join(context.root, "core/src/handler/problem.rs"), "utf8");
      const codes = [...source.matchAll(/^ {4}\w+ = "(\w+)", \d+,$/gm)].map((match) => match[1]);
      assert.ok(codes.length > 20);
      const texts = JSON.parse(readFileSync(join(context.root, "samples/minimal-client/src/explanations.json"), "utf8"));
      assert.deepEqual(codes.filter((code) => !texts[code]), []);
      for (const [code, { title, meaning, action }] of Object.entries(texts)) assert.ok(title && meaning && action, code);
    },
  },
  {
    name: "says what is wrong with its configuration",
    config: () => ({ apiScope: undefined }),
    async run({ visit, setup, backend }) {
      assert.equal(await visit.trouble(), "config");
      assert.match(await visit.page.locator("#now .facts").textContent(), /lacks “apiScope”/);
      await visit.shot("config");
      await accessible(visit.page, "config");
      for (const [authority, wrong] of [[undefined, /lacks “authority”/], ["contoso", /“authority” in config.json is not a URL/]]) {
        setup.configure(backend, { authority });
        await visit.page.reload();
        assert.equal(await visit.trouble(), "config");
        assert.match(await visit.page.locator("#now .facts").textContent(), wrong);
      }
    },
  },
  {
    name: "connects to nobody but Entra ID and the back end",
    async run({ visit, setup }) {
      await visit.now("out");
      // The emulator's response could be read, if the page's content security policy allowed it.
      const elsewhere = setup.emulator.info.http_url;
      const tried = await visit.page.evaluate(async (url) => {
        const violated = new Promise((done) => document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective)));
        const fetched = await fetch(`${url}/common/discovery/instance?api-version=1.1&authorization_endpoint=${url}`).then(() => "reached", () => "stopped");
        return [fetched, fetched === "stopped" && (await violated)];
      }, elsewhere);
      assert.deepEqual(tried, ["stopped", "connect-src"]);
    },
  },
  {
    name: "says when Entra ID does not answer",
    async run({ visit, emulator }) {
      await visit.now("out");
      await emulator.spoil({ operation: "openid_configuration", status: 500, count: 20 });
      await visit.press("Sign in");
      assert.equal(await visit.trouble(), "authority");
      await visit.shot("authority");
    },
  },
  {
    name: "asks the user where a silent renewal will not do",
    async run({ visit, emulator, user }) {
      await visit.byPopup(user);
      await visit.now("ready");
      // As if an administrator had ended all sessions and revoked all consent.
      await emulator.reset();
      await visit.press("Renew now");
      assert.equal(await visit.trouble(), "interaction_required");
      await visit.shot("interaction-required");
      const popup = visit.context.waitForEvent("page");
      await visit.press("Continue");
      await visit.atEntra(await popup, user);
      await visit.now("ready");
    },
  },
  {
    name: "goes by keyboard alone",
    async run({ visit, user }) {
      const { page } = visit;
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      const tabTo = async (label) => {
        for (let i = 0; i < 20; i++) {
          await page.keyboard.press("Tab");
          if ((await focused()) === label) return;
        }
        assert.fail(`Tab does not reach ${label}`);
      };
      await visit.now("out");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "Skip to the content");
      await visit.shot("skip-link");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.id === "main");
      // The event about the new address may come late, when the focus has already moved.
      await tabTo("Sign in");
      await page.evaluate(() => window.dispatchEvent(new HashChangeEvent("hashchange")));
      assert.equal(await focused(), "Sign in", "the focus stays where the user took it");
      const opened = visit.context.waitForEvent("page");
      await page.keyboard.press("Enter");
      const popup = await opened;
      await popup.locator("#username").fill(user.username);
      await popup.keyboard.press("Tab");
      await popup.keyboard.type(user.password);
      await popup.keyboard.press("Enter");
      await popup.getByRole("button", { name: "Accept" }).press("Enter");
      await visit.now("ready");
      await page.bringToFront();
      assert.equal(await focused(), "Join a Teams meeting", "the focus is on what comes next");
      assert.equal(await page.locator("#status").textContent(), "The Teams user's token is here.");
      await page.keyboard.press("Enter");
      const join = page.getByRole("heading", { name: "Join a Teams meeting" });
      await join.waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      await page.getByRole("link", { name: "Skip to the content" }).press("Enter");
      await page.waitForFunction(() => location.hash === "#main");
      await page.evaluate(() => window.dispatchEvent(new HashChangeEvent("hashchange")));
      assert.ok(await join.isVisible(), "the content is that of the page where the link was");
    },
  },
  {
    name: "is accessible in every state, light and dark",
    async run({ visit, emulator, user }) {
      await visit.now("out");
      await accessible(visit.page, "signed out");
      await visit.shot("signed-out-dark");
      await visit.page.getByRole("link", { name: "Join", exact: true }).click();
      await visit.page.getByText("You are not signed in").waitFor();
      await accessible(visit.page, "join, signed out");
      await visit.shot("join-signed-out-dark");
      await visit.page.getByRole("link", { name: "sign in", exact: true }).click();

      const popup = await visit.openPopup();
      await popup.locator("#username").waitFor();
      await accessible(visit.page, "waiting for the window");
      await accessible(popup, "Entra ID's sign-in");
      await visit.signInAt(popup, user);
      await popup.getByRole("button", { name: "Accept" }).waitFor();
      await accessible(popup, "Entra ID's consent");
      await visit.shot("entra-consent-dark", popup);
      await visit.atConsent(popup, "Accept");

      await visit.now("ready");
      await visit.page.getByText("For Teams: claims of the token").click();
      await accessible(visit.page, "ready");
      await visit.shot("ready-dark");
      await visit.page.getByRole("link", { name: "Join", exact: true }).click();
      await accessible(visit.page, "join");
      await visit.press("Join as a Teams user");
      await visit.page.getByText("That is no link to a Teams meeting").waitFor();
      await accessible(visit.page, "join, with no link");
      await visit.shot("join-dark");
      await visit.page.getByRole("link", { name: "Flow" }).click();
      await emulator.spoil({ operation: "exchange_teams_user", status: 500, count: 9 });
      await visit.press("Renew now");
      assert.equal(await visit.trouble(), "upstream");
      assert.match(await visit.page.locator("#now").textContent(), /The present token lasts another \d+:\d\d\./);
      await accessible(visit.page, "trouble");
      await visit.shot("trouble-dark");

      await visit.page.goto(`${visit.origin}/redirect.html`);
      await visit.page.getByText("There is no answer of a sign-in here").waitFor();
      await accessible(visit.page, "the redirect page without an answer");
    },
  },
  {
    name: "fits a telephone",
    options: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true },
    async run({ visit, user }) {
      const fits = async () => assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth), 360);
      await visit.now("out");
      await fits();
      await visit.byRedirect(user);
      await visit.now("ready");
      await visit.page.getByText("For the back end: claims of the token").click();
      await fits();
      await visit.shot("ready");
      await visit.page.getByRole("link", { name: "Join a Teams meeting" }).click();
      await fits();
    },
  },
  {
    name: "joins by the Calling SDK, loaded when asked for",
    async run(t) {
      const loaded = () => t.visit.urls.filter((url) => url.includes("sdk.bundle")).length;
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      await t.visit.page.getByRole("link", { name: "Join a Teams meeting" }).click();
      const said = t.visit.page.locator("#join-said");
      await t.visit.page.getByLabel("Link to the meeting").fill("https://teams.microsoft.com.evil.example/l/meetup-join/1");
      await t.visit.press("Join as a Teams user");
      await t.visit.page.getByText("That is no link to a Teams meeting").waitFor();
      assert.equal(loaded(), 0, "the Calling SDK is not loaded before it is needed");
      await t.visit.page.getByLabel("Link to the meeting").fill("https://teams.microsoft.com/l/meetup-join/19%3ameeting");
      await t.visit.press("Join as a Teams user");
      await t.visit.page.locator("#join-said[data-state=failed]", { hasText: "The Calling SDK took the credential" }).waitFor();
      assert.equal(loaded(), 1);
      assert.match(await said.textContent(), /an emulated user can join no real meeting/);
      await t.visit.shot("join");
    },
  },
];
