// ANCHOR: test
import assert from "node:assert/strict";
import { test } from "node:test";
import { useEmulator } from "acs-emulator/node-test";
import { Greeter } from "./greeter.js";

const emulator = useEmulator();
const greeter = () => new Greeter(emulator.connectionStringHttp, { allowInsecureConnection: true });

test("a user is admitted", async () => {
  const { id, token } = await greeter().admit();
  assert.match(id, /^8:acs:/);
  assert.equal(token.split(".").length, 3);
  const [request, ...others] = await emulator.requests();
  assert.deepEqual(others, []);
  assert.ok(request.checks.every((check) => check.ok));
});

test("a Teams user is admitted", async () => {
  assert.equal((await greeter().admitTeamsUser(await emulator.teamsUserOptions())).split(".").length, 3);
});

test("an expired token is rejected", async () => {
  const options = await emulator.teamsUserOptions({ attack: "expired" });
  await assert.rejects(greeter().admitTeamsUser(options), { statusCode: 401 });
});

test("a fault fails the next request", async () => {
  await emulator.spoil({ operation: "create_user_and_token", status: 400 });
  await assert.rejects(greeter().admit(), { statusCode: 400 });
});

// ANCHOR_END: test
// Twice, so that one of them runs after a request, in whatever order tests run.
for (const turn of [1, 2]) {
  test(`each test meets the emulator as it started, ${turn}`, async () => {
    assert.deepEqual(await emulator.requests(), []);
    await greeter().admit();
    const [request] = await emulator.requests();
    assert.ok(request.checks.length > 0);
  });
}
