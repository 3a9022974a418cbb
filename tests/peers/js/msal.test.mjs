// MSAL for Node, unmodified: every grant that leads to an exchange, and the exchange that follows.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { emulator } from "./emulator.mjs";
import { signIn } from "./sign_in.mjs";

const TEAMS = [
  "https://auth.msft.communication.azure.com/Teams.ManageCalls",
  "https://auth.msft.communication.azure.com/Teams.ManageChats",
];
const ACS = "https://communication.azure.com//.default";
const GRAPH = "https://graph.microsoft.com/User.Read";
const redirectUri = emulator.spa.public_redirect_uri;

const configured = (clientId, clientSecret) => ({
  auth: { clientId, clientSecret, authority: emulator.authority, knownAuthorities: [emulator.authorityHost] },
});
const publicApp = () => new PublicClientApplication(configured(emulator.spa.client_id));
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

async function codeFor(app, scopes) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const state = "the state, byte for byte: +%20&=";
  const url = await app.getAuthCodeUrl({
    scopes,
    redirectUri,
    state,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
  });
  const answer = await signIn(url, emulator.user);
  assert.equal(answer.state, state);
  return { code: answer.code, scopes, redirectUri, codeVerifier: verifier };
}

const signedIn = async (app, scopes) => app.acquireTokenByCode(await codeFor(app, scopes));

beforeEach(() => emulator.reset());

test("authorization code with PKCE", async () => {
  const result = await signedIn(publicApp(), TEAMS);
  assert.equal(result.account.localAccountId, emulator.user.object_id);
  assert.equal(result.account.username, emulator.user.username);
  assert.equal(result.account.homeAccountId, `${emulator.user.object_id}.${emulator.tenant_id}`);
  for (const scope of TEAMS) assert.ok(result.scopes.includes(scope), `${scope} in ${result.scopes}`);
});

test("a code is good once", async () => {
  const app = publicApp();
  const request = await codeFor(app, TEAMS);
  await app.acquireTokenByCode(request);
  await assert.rejects(app.acquireTokenByCode(request), { errorCode: "invalid_grant", message: /AADSTS54005/ });
});

test("a code needs its verifier", async () => {
  const app = publicApp();
  const request = await codeFor(app, TEAMS);
  await assert.rejects(app.acquireTokenByCode({ ...request, codeVerifier: "x".repeat(43) }), {
    errorCode: "invalid_grant",
    message: /AADSTS501481:/,
  });
});

test("refresh", async () => {
  const app = publicApp();
  const first = await signedIn(app, TEAMS);
  const renewed = await app.acquireTokenSilent({ account: first.account, scopes: TEAMS, forceRefresh: true });
  assert.notEqual(renewed.accessToken, first.accessToken);
  assert.equal(claims(renewed.accessToken).oid, emulator.user.object_id);
});

test("refresh with another resource's scopes", async () => {
  const app = publicApp();
  await signedIn(app, TEAMS);
  const own = await signedIn(app, [emulator.api.scope]);
  assert.equal(claims(own.accessToken).aud, emulator.api.client_id);

  const fresh = publicApp();
  const { account } = await signedIn(fresh, [emulator.api.scope]);
  const teams = await fresh.acquireTokenSilent({ account, scopes: TEAMS });
  assert.deepEqual(claims(teams.accessToken).scp.split(" ").sort(), ["Teams.ManageCalls", "Teams.ManageChats"]);
});

test("refresh with scopes that the user has not consented to", async () => {
  const app = publicApp();
  const { account } = await signedIn(app, [emulator.api.scope]);
  await assert.rejects(app.acquireTokenSilent({ account, scopes: TEAMS }), { message: /AADSTS65001/ });
});

test("client credentials", async () => {
  const { client_id, client_secret } = emulator.daemon;
  const daemon = new ConfidentialClientApplication(configured(client_id, client_secret));
  const result = await daemon.acquireTokenByClientCredential({ scopes: [ACS] });
  assert.equal(claims(result.accessToken).idtyp, "app");
  assert.equal((await daemon.acquireTokenByClientCredential({ scopes: [ACS] })).fromCache, true);
});

test("on behalf of", async () => {
  const caller = (await signedIn(publicApp(), [emulator.api.scope])).accessToken;
  const api = new ConfidentialClientApplication(configured(emulator.api.client_id, emulator.api.client_secret));
  const result = await api.acquireTokenOnBehalfOf({ oboAssertion: caller, scopes: [GRAPH] });
  const found = claims(result.accessToken);
  assert.equal(found.oid, emulator.user.object_id);
  assert.ok(found.scp.split(" ").includes("User.Read"));
});

test("from sign-in to ACS token", async () => {
  const { accessToken, account } = await signedIn(publicApp(), TEAMS);
  const client = new CommunicationIdentityClient(emulator.connection_string);
  const token = await client.getTokenForTeamsUser({
    teamsUserAadToken: accessToken,
    clientId: emulator.spa.client_id,
    userObjectId: account.localAccountId,
  });
  assert.equal(token.token.split(".").length, 3);
  assert.ok(JSON.stringify(claims(token.token)).includes(account.localAccountId));
});
