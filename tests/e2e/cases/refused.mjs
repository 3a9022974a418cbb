// What people decline and services reject, and how the page explains it.
import assert from "node:assert/strict";

const exchanges = async (emulator) => (await emulator.requests("exchange_teams_user")).length;

/** The page explains `code`, with something to do about it, and has no token. */
async function explained({ visit }, code, failed) {
  assert.equal(await visit.trouble(), code);
  assert.match(await visit.page.locator("#now .todo").textContent(), /^What to do: .{20,}/);
  assert.equal((await visit.states())[["signin", "code", "exchange"].indexOf(failed) + 3], "failed");
  await visit.shot(code);
}

export const refused = [
  {
    name: "consent refused",
    async run(t) {
      await t.visit.byPopup(t.user, { consent: "Cancel" });
      await explained(t, "access_denied", "signin");
      assert.match(await t.visit.page.locator("#now .facts").textContent(), /AADSTS65004/);
      const popup = t.visit.context.waitForEvent("page");
      await t.visit.press("Sign in");
      await (await popup).getByRole("button", { name: t.user.username }).click();
      await t.visit.atConsent(await popup, "Accept");
      await t.visit.now("ready");
    },
  },
  {
    name: "window closed",
    async run(t) {
      await (await t.visit.openPopup()).close();
      await t.visit.press("Cancel");
      await t.visit.byRedirect(t.user);
      await t.visit.now("ready");
    },
  },
  {
    name: "window left open",
    async run(t) {
      const popup = await t.visit.openPopup();
      await popup.locator("#username").waitFor();
      const closed = popup.waitForEvent("close");
      await t.visit.press("Cancel");
      await closed;
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
    },
  },
  {
    name: "wrong user: of another organization",
    config: ({ info }) => ({ authority: `${info.https_url}/organizations` }),
    async run(t) {
      await t.visit.byPopup(t.emulator.user("frida"));
      await explained(t, "forbidden", "exchange");
      assert.equal(await exchanges(t.emulator), 0);
    },
  },
  {
    name: "wrong user: another's Teams token",
    async run(t) {
      const other = await t.emulator.mint(t.emulator.user("bob").username, "teams");
      await t.visit.page.route("**/api/token/teams", (route) =>
        route.continue({ headers: { ...route.request().headers(), "teams-user-aad-token": other } }),
      );
      await t.visit.byPopup(t.user);
      await explained(t, "user_mismatch", "exchange");
      assert.equal(await exchanges(t.emulator), 0);
    },
  },
  {
    name: "missing scope",
    config: () => ({ teamsScopes: ["https://auth.msft.communication.azure.com/Teams.ManageCalls"] }),
    async run(t) {
      await t.visit.byPopup(t.user);
      await explained(t, "teams_token_scope", "exchange");
      assert.equal(await exchanges(t.emulator), 0);
    },
  },
  {
    name: "no Teams licence",
    async run(t) {
      await t.visit.byPopup(t.emulator.user("carol"));
      await explained(t, "teams_licence_missing", "exchange");
      assert.equal(await exchanges(t.emulator), 1);
      const popup = t.visit.context.waitForEvent("page");
      await t.visit.press("Use another account");
      await (await popup).getByRole("button", { name: "Use another account" }).click();
      await t.visit.atEntra(await popup, t.user);
      await t.visit.now("ready");
      assert.equal(await t.visit.fact("signin", "user"), t.user.username);
    },
  },
  {
    name: "foreign origin",
    smoke: true,
    origin: "foreign",
    async run(t) {
      await t.visit.byPopup(t.user);
      await explained(t, "network", "exchange");
      assert.ok((await t.visit.page.locator("#now .facts").textContent()).includes(t.visit.origin));
      assert.ok(t.visit.console.some((line) => line.includes("CORS policy")), "the browser says that it is CORS");
      assert.equal(await exchanges(t.emulator), 0);
    },
  },
];
