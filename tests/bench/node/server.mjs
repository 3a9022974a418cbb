// An endpoint written by hand: jose verifies the caller, a Map caches tokens, undici exchanges. It prints its address as JSON, and reads the settings of
// `acs-auth serve` from the environment.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { Pool } from "undici";
import { exchanging, parts } from "./signing.mjs";

const { env } = process;
const tenant = env.ACS_AUTH_TENANT_IDS;
const api = env.ACS_AUTH_API_CLIENT_ID;
const app = env.ACS_AUTH_TEAMS_CLIENT_IDS;
const { url, key } = parts(env.ACS_AUTH_CONNECTION_STRING);
const pool = new Pool(url.origin, { connect: { ca: readFileSync(env.NODE_EXTRA_CA_CERTS) } });
const keys = createRemoteJWKSet(new URL(`${env.ACS_AUTH_AUTHORITY}/${tenant}/discovery/v2.0/keys`));
const audience = [api, `api://${api}`];
const kept = new Map();

async function answer(headers) {
  const bearer = headers.authorization?.replace(/^Bearer /i, "");
  const teams = headers["teams-user-aad-token"];
  const { payload } = await jwtVerify(bearer, keys, { audience, algorithms: ["RS256"] });
  const claims = decodeJwt(teams);
  if (payload.tid !== tenant || !payload.scp?.split(" ").includes("access_as_user")) return [403, {}];
  if (claims.oid !== payload.oid || claims.tid !== payload.tid || (claims.appid ?? claims.azp) !== app) return [403, {}];
  const known = kept.get(teams);
  if (known && known.expiresOn - Date.now() > 120_000) return [201, known];
  const token = await exchanging(pool, url.host, key, app, payload.oid)(teams);
  kept.set(teams, token);
  return [201, token];
}

const server = createServer(async (request, response) => {
  request.resume();
  let status, body;
  try {
    [status, body] = await answer(request.headers);
  } catch (error) {
    [status, body] = [401, { message: String(error) }];
  }
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json", "cache-control": "no-store", "content-length": Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
process.stdin.on("end", () => process.exit(0)).resume();
