// @azure/identity's credential as the bearer of the official identity client, instead of an access key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { ClientSecretCredential } from "@azure/identity";
import { emulator } from "./emulator.mjs";

function clientOfTheDaemon(secret = emulator.daemon.client_secret) {
  const credential = new ClientSecretCredential(emulator.tenant_id, emulator.daemon.client_id, secret, {
    authorityHost: emulator.https_url,
    disableInstanceDiscovery: true,
  });
  return new CommunicationIdentityClient(emulator.https_url, credential);
}

test("all six operations", async () => {
  const client = clientOfTheDaemon();
  await emulator.forgetRequests();
  const user = await client.createUser();
  assert.ok((await client.createUserAndToken(["chat"])).token);
  assert.ok((await client.getToken(user, ["voip"])).token);
  await client.revokeTokens(user);
  await client.deleteUser(user);
  const exchanged = await client.getTokenForTeamsUser({
    teamsUserAadToken: await emulator.mint(emulator.user),
    clientId: emulator.spa.client_id,
    userObjectId: emulator.user.object_id,
  });
  assert.ok(exchanged.token);
  const kept = (await emulator.requests()).filter((request) => request.service === "acs");
  assert.equal(kept.length, 6);
  for (const request of kept) {
    const headers = Object.fromEntries(request.headers);
    assert.match(headers.authorization, /^Bearer /);
    assert.equal(headers["x-ms-content-sha256"], undefined);
  }
});

test("a wrong client secret", async () => {
  await assert.rejects(clientOfTheDaemon("wrong").createUser(), /AADSTS7000215/);
});
