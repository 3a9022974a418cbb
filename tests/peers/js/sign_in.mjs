// Signs in with one request: the emulator accepts the form's fields together with the authorization request.

/** Returns the parameters that the redirect URI is called with. */
export async function signIn(authorizeUrl, user) {
  const url = new URL(authorizeUrl);
  const fields = new URLSearchParams(url.search);
  fields.set("username", user.username);
  fields.set("password", user.password);
  fields.set("consent", "accept");
  url.search = "";
  const answer = await fetch(url, { method: "POST", body: fields, redirect: "manual" });
  const location = answer.headers.get("location");
  if (!location) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`);
  const back = new URL(location);
  return Object.fromEntries(new URLSearchParams(back.hash ? back.hash.slice(1) : back.search));
}
