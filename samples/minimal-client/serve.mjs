// Serves the output of `npm run build`, with the headers that a page with tokens should have.
//
//   node serve.mjs [CONFIG.json [PORT]]   (by default config.json and 3000)
//
// CONFIG.json is served as config.json. It may also be what `acs-auth serve --emulator` printed. The page may
// connect only to the addresses in it and, without the emulator, to those of the Calling SDK.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "./configFile.mjs";

const DIST = fileURLToPath(new URL("dist/", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** What the Calling SDK connects to. It is left out with the emulator, whose users can't join meetings. */
const CALLING = "https://*.skype.com wss://*.skype.com https://*.microsoft.com wss://*.microsoft.com https://*.azure.com https://*.office.com https://*.office.net";

/** An empty string for an invalid URL, which the page reports. */
const origin = (url) => (URL.canParse(url) ? new URL(url).origin : "");

/** Without a Cross-Origin-Opener-Policy, because MSAL's pop-up windows report to the page that opened them. */
function headers(config) {
  const authority = origin(config.authority);
  const backend = origin(config.backend);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${authority} ${backend}${config.emulator ? "" : ` ${CALLING}`}`,
    `frame-src 'self' ${authority}`,
    "frame-ancestors 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    ...(config.emulator ? [] : ["worker-src 'self' blob:", "media-src 'self' blob:"]),
  ];
  return {
    "content-security-policy": policy.join("; "),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(self), microphone=(self)",
    "cache-control": "no-store",
  };
}

/** Serves the page with this config on localhost (port 0 takes a free one), and returns the server. */
export async function serve(config, port = 0) {
  const server = createServer(async (request, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
      const name = path === "/" ? "/index.html" : path;
      const body = name === "/config.json" ? JSON.stringify(config) : await readFile(join(DIST, name));
      response.writeHead(200, { ...headers(config), "content-type": TYPES[extname(name)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  await new Promise((done, failed) => server.once("error", failed).listen(port, "localhost", done));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file = "config.json", port = "3000"] = process.argv.slice(2);
  try {
    const { config, users } = await readConfig(file);
    const server = await serve(config, Number(port));
    console.log(`http://localhost:${server.address().port}`);
    for (const { username, password, licensed } of users) {
      console.log(`  sign in as ${username.padEnd(24)} ${password}${licensed ? "" : "   (no Teams licence)"}`);
    }
  } catch (error) {
    console.error(error.code === "EADDRINUSE" ? `Port ${port} is taken, and sign-in comes back to the port that is registered.` : error.message);
    process.exit(1);
  }
}
