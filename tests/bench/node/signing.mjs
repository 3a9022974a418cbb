// An exchange by hand: the signed request, as undici sends it.
import { createHash, createHmac } from "node:crypto";

const TARGET = "/teamsUser/:exchangeAccessToken?api-version=2023-10-01";

/** Returns a function that exchanges a token over this pool of undici's connections. */
export function exchanging(pool, host, accessKey, clientId, userId) {
  const key = Buffer.from(accessKey, "base64");
  return async (token) => {
    const body = JSON.stringify({ token, appId: clientId, userId });
    const date = new Date().toUTCString();
    const digest = createHash("sha256").update(body).digest("base64");
    const text = `POST\n${TARGET}\n${date};${host};${digest}`;
    const signature = createHmac("sha256", key).update(text).digest("base64");
    const answer = await pool.request({
      method: "POST",
      path: TARGET,
      headers: {
        host,
        "x-ms-date": date,
        "x-ms-content-sha256": digest,
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      body,
    });
    const said = await answer.body.json();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${JSON.stringify(said)}`);
    return { token: said.token, expiresOn: new Date(said.expiresOn) };
  };
}

/** The endpoint and the access key of a connection string. */
export function parts(connectionString) {
  const [, endpoint, key] = /^endpoint=(.*?)\/?;accesskey=(.*)$/.exec(connectionString);
  return { url: new URL(endpoint), key };
}
