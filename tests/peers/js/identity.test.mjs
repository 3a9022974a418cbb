// All six operations with the official client, unmodified, over TLS.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { emulator } from "./emulator.mjs";

const MINUTE = 60_000;
const SCOPES = ["chat", "voip"];
const client = new CommunicationIdentityClient(emulator.connection_string, { retryOptions: { maxRetries: 0 } });

const minutesLeft = (token) => (token.expiresOn.getTime() - Date.now()) / MINUTE;

function assertBetween(value, low, high) {
  assert.ok(low < value && value <= high, `${value} is not between ${low} and ${high}`);
}

afterEach(() => emulator.mend());

test("createUser", async () => {
  const user = await client.createUser();
  assert.match(user.communicationUserId, /^8:acs:/);
  assert.notEqual((await client.createUser()).communicationUserId, user.communicationUserId);
});

test("createUserAndToken", async () => {
  const { user, token, expiresOn } = await client.createUserAndToken(SCOPES);
  assert.match(user.communicationUserId, /^8:acs:/);
  assert.equal(token.split(".").length, 3);
  assertBetween(minutesLeft({ expiresOn }), 23 * 60, 24 * 60 + 1);
});

test("getToken", async () => {
  const user = await client.createUser();
  const token = await client.getToken(user, SCOPES, { tokenExpiresInMinutes: 120 });
  assert.equal(token.token.split(".").length, 3);
  assertBetween(minutesLeft(token), 115, 121);
});

test("revokeTokens", async () => {
  const { user } = await client.createUserAndToken(SCOPES);
  assert.equal(await client.revokeTokens(user), undefined);
});

test("deleteUser", async () => {
  const user = await client.createUser();
  assert.equal(await client.deleteUser(user), undefined);
  await assert.rejects(client.getToken(user, SCOPES), { name: "RestError", statusCode: 404 });
});

test("getTokenForTeamsUser", async () => {
  const teamsUserAadToken = await emulator.mint(emulator.user);
  const token = await client.getTokenForTeamsUser({
    teamsUserAadToken,
    clientId: emulator.spa.client_id,
    userObjectId: emulator.user.object_id,
  });
  assert.equal(token.token.split(".").length, 3);
  assert.notEqual(token.token, teamsUserAadToken);
  assertBetween(minutesLeft(token), 10, 90);
});

for (const minutes of [59, 1441]) {
  test(`an expiry of ${minutes} minutes`, async () => {
    const user = await client.createUser();
    const refused = {
      statusCode: 400,
      code: "ValidationError",
      message: `ExpiresInMinutes value ${minutes} is invalid. Value must be within the [60, 1440] interval.`,
    };
    await assert.rejects(client.getToken(user, SCOPES, { tokenExpiresInMinutes: minutes }), refused);
    await assert.rejects(client.createUserAndToken(SCOPES, { tokenExpiresInMinutes: minutes }), refused);
  });
}

test("a token without scopes", async () => {
  const user = await client.createUser();
  await assert.rejects(client.getToken(user, []), {
    statusCode: 400,
    code: "ValidationError",
    message: "Scopes: The Scopes field is required.",
  });
});

test("a wrong access key", async () => {
  const stranger = new CommunicationIdentityClient(emulator.wrongKeyConnectionString);
  await assert.rejects(stranger.createUser(), (error) => {
    assert.equal(error.statusCode, 401);
    assert.equal(error.code, "Denied");
    assert.equal(error.message, "Denied by the resource provider.");
    assert.equal(error.response.headers.has("api-supported-versions"), false);
    return true;
  });
});
