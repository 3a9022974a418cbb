// That what went over the wire in confidence is found nowhere else.
import assert from "node:assert/strict";

/** In each place, none of what the visit saw on the wire, nor of the configuration's secrets. */
export async function nothingSecret({ visit, emulator, backend, user }) {
  const jwts = [...visit.secrets].filter((each) => each.split(".").length === 3);
  // At least: API, Teams and fresh Teams token, id_token, two access tokens of the service; else nothing was looked for.
  assert.ok(jwts.length >= 6, `only ${jwts.length} tokens were seen on the wire`);
  assert.ok(visit.secrets.has(user.password), "the password was seen on the wire");
  const key = /accesskey=(.*)$/.exec(emulator.info.connection_string)[1];
  const secrets = [...visit.secrets, ...jwts.map((each) => each.split(".")[2]), key, emulator.info.api.client_secret];

  const storage = await visit.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
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
    // The number alone: this message, too, is a log.
    assert.equal(found.length, 0, `${found.length} secrets are in ${place}`);
    assert.doesNotMatch(text, /eyJ[\w-]{20,}\.eyJ/, `a token is in ${place}`);
  }
}
