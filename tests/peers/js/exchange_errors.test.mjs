// Every error of the exchange as the official client reports it: status, code, message, target, headers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { emulator } from "./emulator.mjs";

const TABLE = JSON.parse(readFileSync(new URL("../exchange_errors.json", import.meta.url), "utf8"));
const client = new CommunicationIdentityClient(emulator.connection_string, { retryOptions: { maxRetries: 0 } });

async function tokenOf(wanted) {
  if (wanted.absent) return undefined;
  if (wanted.text !== undefined) return wanted.text;
  if (wanted.good) return emulator.mint(emulator.user);
  if (wanted.attack) return emulator.mint(emulator.user, { attack: wanted.attack });
  throw new Error(`no such token: ${JSON.stringify(wanted)}`);
}

async function exchange(by = client, user = emulator.user) {
  return by.getTokenForTeamsUser({
    teamsUserAadToken: await emulator.mint(user),
    clientId: emulator.spa.client_id,
    userObjectId: user.object_id,
  });
}

afterEach(() => emulator.mend());

for (const expected of TABLE) {
  test(`the exchange refuses: ${expected.name}`, async () => {
    const call = client.getTokenForTeamsUser({
      teamsUserAadToken: await tokenOf(expected.token),
      clientId: expected.client_id ?? emulator.spa.client_id,
      userObjectId: expected.user_id ?? emulator.user.object_id,
    });
    if (expected.token.absent) {
      // This client rejects it before anything is sent.
      await assert.rejects(call, /token cannot be null or undefined/);
      return;
    }
    await assert.rejects(call, (error) => {
      assert.equal(error.name, "RestError");
      assert.equal(error.statusCode, expected.status);
      assert.equal(error.code, expected.code);
      assert.equal(error.message, expected.message);
      assert.equal(error.details.error.target ?? null, expected.target);
      assert.equal(error.response.headers.has("api-supported-versions"), expected.supported_versions);
      return true;
    });
  });
}

test("the exchange of a user without a licence (unverified)", async () => {
  await assert.rejects(exchange(client, emulator.unlicensedUser), {
    statusCode: 403,
    code: "UserLicenseNotPresentForbidden",
  });
});

test("the exchange by a wrong access key", async () => {
  const stranger = new CommunicationIdentityClient(emulator.wrongKeyConnectionString);
  await assert.rejects(exchange(stranger), {
    statusCode: 401,
    code: "Denied",
    message: "Denied by the resource provider.",
  });
});

test("a throttled exchange", async () => {
  await emulator.spoil({ operation: "exchange_teams_user", status: 429, retry_after: { seconds: 7 } });
  await assert.rejects(exchange(), (error) => {
    assert.equal(error.statusCode, 429);
    assert.equal(error.response.headers.get("retry-after"), "7");
    return true;
  });
});

test("a service fault has an empty body", async () => {
  await emulator.spoil({ operation: "exchange_teams_user", status: 500 });
  await assert.rejects(exchange(), (error) => {
    assert.equal(error.statusCode, 500);
    assert.equal(error.code, undefined);
    assert.equal(error.response.headers.get("content-length"), "0");
    return true;
  });
});

test("three service faults in a row are retried", async () => {
  const patient = new CommunicationIdentityClient(emulator.connection_string, {
    retryOptions: { maxRetries: 3, retryDelayInMs: 1 },
  });
  await emulator.spoil({ operation: "exchange_teams_user", status: 500, count: 3 });
  await emulator.forgetRequests();
  assert.ok((await exchange(patient)).token);
  const kept = (await emulator.requests()).filter((request) => request.operation === "exchange_teams_user");
  assert.deepEqual(
    kept.map((request) => request.status),
    [500, 500, 500, 200],
  );
});
