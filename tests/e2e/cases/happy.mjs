// The intended way, from sign-in to token to sign-out.
import assert from "node:assert/strict";
import { nothingSecret } from "../lib/secrets.mjs";

const DONE = ["done", "done", "done", "done", "done", "done", "done"];

/** Checks what a whole run must have done, at the page, the back end and the emulator. */
async function wholeRun({ visit, emulator, user }) {
  await visit.now("ready");
  assert.deepEqual(await visit.states(), DONE);
  assert.equal(await visit.fact("exchange", "answer"), "201");
  assert.equal(await visit.fact("exchange", "requests"), "1");
  assert.equal(await visit.fact("admin", "granted"), "Teams.ManageCalls Teams.ManageChats");
  assert.equal(await visit.fact("signin", "object id"), user.object_id);
  const exchanges = await emulator.requests("exchange_teams_user");
  assert.deepEqual(exchanges.map((each) => [each.status, each.tls]), [[200, true]]);
  const { claims, active } = await emulator.control("POST", "/introspect", { token: visit.lastAnswer.token });
  assert.ok(active);
  assert.ok(JSON.stringify(claims).includes(user.object_id), "the token is this user's");
}

async function signedOut({ visit, emulator }) {
  await visit.now("out");
  assert.equal((await emulator.requests("logout")).length, 1);
  assert.equal(await visit.page.locator("#account").textContent(), "");
  assert.deepEqual(await visit.states(), ["done", ...Array(6).fill("waiting")]);
  await visit.page.reload();
  await visit.now("out");
}

export const happy = [
  {
    name: "signs in by popup, and out",
    smoke: true,
    async run(t) {
      await t.visit.now("out");
      await t.visit.shot("signed-out");
      const popup = await t.visit.openPopup();
      await popup.locator("#username").waitFor();
      await t.visit.shot("entra-sign-in", popup);
      await t.visit.shot("waiting-for-the-window");
      await t.visit.atEntra(popup, t.user);
      await wholeRun(t);
      await t.visit.page.getByText("For Teams: claims of the token").click();
      await t.visit.shot("ready");
      await t.visit.press("Sign out");
      await signedOut(t);
    },
  },
  {
    name: "signs in by redirect, and out",
    async run(t) {
      await t.visit.byRedirect(t.user);
      await wholeRun(t);
      await t.visit.shot("ready");
      await t.visit.press("Sign out on this page");
      await signedOut(t);
    },
  },
  {
    name: "stays signed in over a reload",
    async run(t) {
      await t.visit.byPopup(t.user);
      await t.visit.now("ready");
      await t.visit.page.reload();
      await t.visit.now("ready");
      assert.deepEqual(await t.visit.states(), DONE);
      assert.equal(await t.visit.fact("signin", "way"), "signed in before, and still so");
      assert.equal((await t.emulator.requests("authorize")).filter((each) => each.method === "GET").length, 1);
    },
  },
  {
    name: "leaves nothing secret behind",
    smoke: true,
    async run(t) {
      await t.visit.byRedirect(t.user);
      await t.visit.now("ready");
      await t.visit.press("Renew now");
      await t.visit.page.locator("[data-step=use] dd", { hasText: "1 ×" }).waitFor();
      await t.backend.stop();
      await t.visit.press("Renew now");
      assert.equal(await t.visit.trouble(), "network");
      await t.backend.start();
      await t.visit.press("Try again");
      await t.visit.now("ready");
      await nothingSecret(t);
    },
  },
];
