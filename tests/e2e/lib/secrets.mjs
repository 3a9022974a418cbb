// Checks that the secrets that went over the wire are found nowhere else.
import assert from "node:assert/strict";

/** Everything that the browser stores for the page. MSAL's cache there is encrypted, so no token is readable in it. */
async function kept({ page, context, origin }) {
  const stored = await page.evaluate(async () => {
    const wait = (request) => new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
    const databases = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        databases.push(name, store, await wait(database.transaction(store).objectStore(store).getAll()));
      }
      database.close();
    }
    const cached = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) cached.push(url);
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, cached]);
  });
  return stored + JSON.stringify(await context.cookies(origin));
}

/** Fails if a place contains a secret that the visit saw on the wire, or one of the configuration. */
export async function nothingSecret({ visit, emulator, backend, user }) {
  const jwts = [...visit.secrets].filter((each) => each.split(".").length === 3);
  // At least these were seen: the API's token, two Teams tokens, an id token, two ACS tokens. With fewer, the check would prove nothing.
  assert.ok(jwts.length >= 6, `only ${jwts.length} tokens were seen on the wire`);
  assert.ok(visit.secrets.has(user.password), "the password was seen on the wire");
  const key = /accesskey=(.*)$/.exec(emulator.info.connection_string)[1];
  const secrets = [...visit.secrets, ...jwts.map((each) => each.split(".")[2]), key, emulator.info.api.client_secret];

  const storage = await kept(visit);
  assert.ok(storage.includes("msal."), "MSAL keeps something there, or this looks in the wrong place");
  const places = {
    console: visit.console.join("\n"),
    storage,
    "the page": await visit.page.content(),
    "a URL": [...visit.urls, ...visit.context.pages().map((page) => page.url())].join("\n"),
    "the back end's log": backend.log.flat().join("\n"),
  };
  for (const [place, text] of Object.entries(places)) {
    const found = secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
    // Only their number, since this message is logged too.
    assert.equal(found.length, 0, `${found.length} secrets are in ${place}`);
    assert.doesNotMatch(text, /eyJ[\w-]{20,}\.eyJ/, `a token is in ${place}`);
  }
}
