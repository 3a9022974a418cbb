// Makes exchanges in rounds and prints their CPU time, like rust_client.rs. Arguments: official or undici; connection string, CA file, Entra token,
// client id, user's object id. The official client trusts the CA through NODE_EXTRA_CA_CERTS.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { Pool } from "undici";
import { exchanging, parts } from "./signing.mjs";

const [contender, connectionString, caFile, token, clientId, userId] = process.argv.slice(2);

function prepared() {
  if (contender === "official") {
    const client = new CommunicationIdentityClient(connectionString);
    return () => client.getTokenForTeamsUser({ teamsUserAadToken: token, clientId, userObjectId: userId });
  }
  const { url, key } = parts(connectionString);
  const pool = new Pool(url.origin, { connect: { ca: readFileSync(caFile) } });
  const exchange = exchanging(pool, url.host, key, clientId, userId);
  return () => exchange(token);
}

const exchange = prepared();
for await (const line of createInterface({ input: process.stdin })) {
  const [inFlight, count] = line.split(" ").map(Number);
  const before = process.cpuUsage();
  const repeated = async () => {
    for (let at = 0; at < count / inFlight; at++) await exchange();
  };
  await Promise.all(Array.from({ length: inFlight }, repeated));
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / count);
}
process.exit(0);
