// The token exchanges of @azure/communication-common: of Teams Phone extensibility, and of Entra users.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AzureCommunicationTokenCredential, createIdentifierFromRawId } from "@azure/communication-common";
import { emulator } from "./emulator.mjs";

const EXTENSION = ["https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"];
const ENTRA = ["https://communication.azure.com/clients/VoIP"];

async function credential(kind, scopes, user = emulator.user) {
  const token = await emulator.mint(user, { kind });
  return new AzureCommunicationTokenCredential({
    resourceEndpoint: emulator.https_url,
    tokenCredential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    scopes,
  });
}

for (const [kind, scopes] of Object.entries({ teams_extension: EXTENSION, entra_user: ENTRA })) {
  test(`an Entra token is exchanged once: ${kind}`, async () => {
    await emulator.forgetRequests();
    const exchanging = await credential(kind, scopes);
    const [first, second] = await Promise.all([exchanging.getToken(), exchanging.getToken()]);
    assert.equal(first.token, second.token);
    assert.ok(first.expiresOnTimestamp > Date.now());
    const sent = (await emulator.requests()).filter((request) => request.service === "acs");
    assert.equal(sent.length, 1);
    assert.equal(sent[0].status, 200);
    assert.ok(sent[0].checks.every((check) => check.ok), JSON.stringify(sent[0].checks));
    exchanging.dispose();
  });
}

test("a user without a licence", async () => {
  const exchanging = await credential("teams_extension", EXTENSION, emulator.unlicensedUser);
  await assert.rejects(exchanging.getToken(), /Status: 403.*UserLicenseNotPresentForbidden/s);
});

test("a token for another exchange", async () => {
  const exchanging = await credential("teams", EXTENSION);
  await assert.rejects(exchanging.getToken(), /Status: 401/);
});

test("the identity is one that the newest parser knows", async () => {
  await emulator.forgetRequests();
  const { resource_id, tenant_id } = emulator;
  const id = `8:acs:${resource_id}_${tenant_id}_${emulator.user.object_id}`;
  const identifier = createIdentifierFromRawId(id);
  assert.equal(identifier.kind, "teamsExtensionUser");
  assert.deepEqual([identifier.tenantId, identifier.userId], [tenant_id, emulator.user.object_id]);
});
