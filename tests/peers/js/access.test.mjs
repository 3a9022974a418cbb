// The token exchanges of @azure/communication-common: of Teams Phone extensibility, and of Entra users.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AzureCommunicationTokenCredential, createIdentifierFromRawId } from "@azure/communication-common";
import { CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { emulator } from "./emulator.mjs";
import { signIn } from "./sign_in.mjs";

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

// Azure Government's host, which the official clients of JavaScript and .NET accept and Python's does not.
test("a token for the host of Azure Government", async () => {
  const scopes = ["https://auth.msft.communication.azure.us/TeamsExtension.ManageCalls"];
  const redirectUri = emulator.spa.public_redirect_uri;
  const { authority, authorityHost, spa, user } = emulator;
  const app = new PublicClientApplication({ auth: { clientId: spa.client_id, authority, knownAuthorities: [authorityHost] } });
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const url = await app.getAuthCodeUrl({ scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const { code } = await signIn(url, user);
  const { accessToken } = await app.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: verifier });
  const exchanging = new AzureCommunicationTokenCredential({
    resourceEndpoint: emulator.https_url,
    tokenCredential: { getToken: async () => ({ token: accessToken, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    scopes,
  });
  assert.ok((await exchanging.getToken()).expiresOnTimestamp > Date.now());
  exchanging.dispose();
});

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
