// Changes while a user is signed in: tokens age, keys roll over, services are busy, back ends restart.
import assert from "node:assert/strict";

const MINUTE = 60;
const ofStatus = async (emulator, status) => (await emulator.requests("exchange_teams_user")).filter((each) => each.status === status);
const header = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());

export const time = [
  {
    name: "expired tokens are had afresh",
    async run(t) {
      // The tokens are issued a hundred minutes ago and last ninety at most. MSAL goes by its own clock and accepts them.
      await t.emulator.setClock(-100 * MINUTE);
      await t.visit.page.route("**/api/token/teams", async (route) => (await t.emulator.resetClock(), route.continue()), { times: 1 });
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      assert.equal(await t.visit.fact("exchange", "requests"), "3");
      assert.match(await t.visit.fact("exchange", "try 1"), /^unauthorized/);
      assert.match(await t.visit.fact("exchange", "try 2"), /^teams_token_expired/);
      assert.equal((await t.emulator.requests("exchange_teams_user")).length, 1, "an expired token is not exchanged");
      await t.visit.shot("had-afresh");
    },
  },
  {
    name: "renews silently before the end",
    clock: true,
    async run(t) {
      // Tokens of 45 minutes ago: the first ends in 15 to 45 minutes, and a fresh one in 60 to 90.
      await t.emulator.control("PUT", "/behaviour", { date_window_seconds: null });
      await t.emulator.setClock(-45 * MINUTE);
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      await t.emulator.resetClock();
      const countdown = t.visit.page.locator("#now [data-countdown]");
      const ends = Number(await countdown.getAttribute("data-countdown"));
      const first = t.visit.lastAnswer.token;
      const refreshed = (await t.emulator.requests("token")).length;
      assert.equal((await ofStatus(t.emulator, 200)).length, 1);

      const now = await t.visit.page.evaluate(() => Date.now());
      await t.visit.context.clock.fastForward(ends - now - 9.5 * MINUTE * 1000);
      await t.visit.page.locator("[data-step=use] dd", { hasText: "1 ×" }).waitFor();
      assert.equal((await ofStatus(t.emulator, 200)).length, 2);
      assert.ok((await t.emulator.requests("token")).length > refreshed, "Entra ID was asked for a fresh token first");
      assert.notEqual(t.visit.lastAnswer.token, first);
      assert.equal(await t.visit.page.evaluate(() => document.body.dataset.now), "ready", "nobody was disturbed");
      await t.visit.page.locator(`#now [data-countdown]:not([data-countdown="${ends}"])`).waitFor();
      assert.ok(Number(await countdown.getAttribute("data-countdown")) > ends);
      assert.deepEqual(await t.visit.states(), Array(7).fill("done"));
      await t.visit.shot("renewed");
    },
  },
  {
    name: "back end restarted in the middle",
    async run(t) {
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      assert.ok(await t.backend.stop(), "the back end ends cleanly");
      await t.visit.press("Exchange again");
      assert.equal(await t.visit.trouble(), "network");
      await t.visit.shot("back-end-gone");
      await t.backend.start();
      await t.visit.press("Try again");
      await t.visit.now("ready");
      assert.equal((await t.emulator.requests("authorize")).filter((each) => each.method === "GET").length, 1, "no new sign-in");
      assert.equal((await ofStatus(t.emulator, 200)).length, 2);
    },
  },
  {
    name: "key rollover",
    async run(t) {
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      const before = header(t.visit.bearer).kid;
      await t.visit.press("Sign out");
      await t.visit.now("out");
      await t.emulator.rollover();
      await t.visit.byPopup(t.emulator.user("bob"));
      await t.visit.now("ready");
      assert.notEqual(header(t.visit.bearer).kid, before, "the second token is signed by the new key");
      assert.equal(await t.visit.fact("exchange", "requests"), "1");
    },
  },
  {
    name: "throttled, with Retry-After",
    smoke: true,
    async run(t) {
      // Longer than the back end's own deadline for the service, so that the page must wait instead.
      await t.emulator.spoil({ operation: "exchange_teams_user", status: 429, retry_after: { seconds: 5 }, count: 1 });
      await t.visit.byPopup(t.user);
      assert.equal(await t.visit.trouble(), "throttled");
      assert.match(await t.visit.page.locator("#now").textContent(), /The next try is in 0:0[345]/);
      await t.visit.shot("throttled");
      await t.visit.now("ready");
      const [refused, ...others] = await t.emulator.requests("exchange_teams_user");
      assert.deepEqual([refused.status, ...others.map((each) => each.status)], [429, 200]);
      const waited = Date.parse(others[0].time) - Date.parse(refused.time);
      assert.ok(waited >= 5000, `the next try came after ${waited} ms`);
    },
  },
];
