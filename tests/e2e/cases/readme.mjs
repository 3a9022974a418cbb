// samples/minimal-client/README.md, followed literally: the demo, the emulator by hand, and a tenant's config.json.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../lib/browser.mjs";
import { Started } from "../lib/process.mjs";
import { context } from "../lib/setup.mjs";
import { tunnelTo } from "../lib/tunnel.mjs";
import { Visit } from "../lib/visit.mjs";

const sample = join(context.root, "samples", "minimal-client");
const readme = readFileSync(join(sample, "README.md"), "utf8");
const acsAuth = join(context.target, "acs-auth");

const shellBlock = (anchor) => new RegExp(`ANCHOR: ${anchor} -->\n\`\`\`sh\n(.*?)\`\`\``, "s").exec(readme)[1];

/** Processes that are started one after the other, and ended in reverse order. */
class Ends {
  all = [];
  also = (end) => this.all.unshift(end);
  program = async (...how) => {
    const started = await Started.start(...how);
    this.also(() => started.stop());
    return started;
  };
  run = async () => {
    for (const end of this.all) await end();
  };
}

/** The page at its registered port, whatever port its server really has. */
const ORIGIN = "http://localhost:3000";
const at = (page) => `--host-resolver-rules=MAP localhost:3000 localhost:${new URL(page.firstLine).port}`;

async function line(started, pattern) {
  for (;;) {
    const found = started.log.map((each) => pattern.exec(each)).find(Boolean);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function withEnds(work) {
  const ends = new Ends();
  try {
    const folder = await mkdtemp(join(tmpdir(), "acs-readme-"));
    ends.also(() => rm(folder, { recursive: true }));
    await work(ends, join(folder, "config.json"));
  } finally {
    await ends.run();
  }
}

export const byReadme = [
  {
    name: "make demo-browser says where to go, and ends what it started",
    run: () =>
      withEnds(async (ends) => {
        const demo = await ends.program("demo", process.execPath, [join(context.root, "tests", "e2e", "demo.mjs"), "rust"], {
          // At any free port, and without opening a browser.
          env: { PORT: "0", DISPLAY: "", WAYLAND_DISPLAY: "" },
          ready: /Ctrl-C ends it all/,
        });
        const said = demo.log.join("\n");
        assert.match(said, /alice@contoso\.example +\S{8,} +may consent/);
        const [, url] = /Open +(\S+)/.exec(said);
        const [, emulator] = /Emulator +(\S+)/.exec(said);
        const { backend } = await (await fetch(`${url}/config.json`)).json();
        const all = [url, `${backend}/healthz`, emulator];
        for (const each of all) assert.equal((await fetch(each)).status, 200, each);
        assert.equal(await demo.stop(), 0);
        for (const each of all) await assert.rejects(fetch(each), ({ cause }) => cause.code === "ECONNREFUSED", each);
      }),
  },
  {
    name: "works by its README with acs-auth serve --emulator",
    run: () =>
      withEnds(async (ends, config) => {
        // `make serve >config.json`, at a free port in place of 8080.
        const [, target] = /^make (\S+) >samples\/minimal-client\/config\.json\n$/.exec(shellBlock("emulated"));
        assert.match(execFileSync("make", ["--no-print-directory", "-n", target], { cwd: context.root, encoding: "utf8" }), / acs-auth-cli serve --emulator\n$/);
        const output = openSync(config, "w");
        ends.also(() => closeSync(output));
        const served = await ends.program("serve", acsAuth, ["serve", "--emulator", "--listen", "127.0.0.1:0"], { stdout: output, ready: /serving \/api\/token\/teams/ });
        assert.ok(readme.includes("once the first one says `serving /api/token/teams`"));

        // `npm run serve`.
        assert.match(shellBlock("page"), /^npm run serve /m);
        assert.equal(JSON.parse(readFileSync(join(sample, "package.json"), "utf8")).scripts.serve, "node serve.mjs");
        const page = await ends.program("page", process.execPath, [join(sample, "serve.mjs"), config, "0"]);
        const [, username, password] = await line(page, /sign in as (alice\S+) +(\S+)$/);
        assert.ok(served.log.length > 0);

        const browser = await launch(JSON.parse(readFileSync(config, "utf8")).emulator.ca_file, { args: [at(page)] });
        ends.also(() => browser.close());
        const visit = await Visit.open({}, browser, "page", "README", { origin: ORIGIN });
        await visit.byPopup({ username, password });
        await visit.now("ready");
        await visit.shot("with the emulator by hand");
        const told = await (await fetch(`${page.firstLine}/config.json`)).json();
        assert.deepEqual(Object.keys(told), ["authority", "clientId", "apiScope", "backend", "emulator"], "the page is told no secret");
      }),
  },
  {
    name: "works with a tenant's config.json, by the services' own names",
    run: () =>
      withEnds(async (ends, file) => {
        const emulator = await ends.program("emulator", join(context.target, "acs-emulator"), ["--intercept", "--issuer", "production", "--until-stdin-closes"], { stdin: "pipe" });
        const { https_url, ca_file, tenant_id, spa, api, connection_string, users } = JSON.parse(emulator.firstLine);
        const tunnel = await tunnelTo(new URL(https_url).port);
        ends.also(() => tunnel.stop());

        // The README's table, and besides only the proxy that leads to the emulator.
        const environment = {
          ACS_AUTH_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${/accesskey=(.*)$/.exec(connection_string)[1]}`,
          ACS_AUTH_TENANT_IDS: tenant_id,
          ACS_AUTH_API_CLIENT_ID: api.client_id,
          ACS_AUTH_TEAMS_CLIENT_IDS: spa.client_id,
          ACS_AUTH_CORS_ORIGINS: ORIGIN,
        };
        const table = [...readme.matchAll(/^ {3}\| `(ACS_AUTH_\w+)` \|/gm)].map((match) => match[1]);
        assert.deepEqual(Object.keys(environment), table);
        const served = await ends.program("serve", acsAuth, ["serve", "--listen", "127.0.0.1:0"], {
          env: { ...environment, HTTPS_PROXY: tunnel.url, https_proxy: tunnel.url, NO_PROXY: "", no_proxy: "", ACS_AUTH_ROOT_CERTIFICATES_PEM: readFileSync(ca_file, "utf8") },
        });

        // config.example.json, with the placeholders in capitals replaced.
        const values = { "YOUR-TENANT-ID": tenant_id, "THE-CLIENT-ID-OF-THIS-PAGE": spa.client_id, "THE-CLIENT-ID-OF-YOUR-BACK-END": api.client_id };
        const example = readFileSync(join(sample, "config.example.json"), "utf8");
        const filled = example.replaceAll(/[A-Z]+(?:-[A-Z]+)+/g, (capitals) => values[capitals] ?? assert.fail(capitals));
        const config = { ...JSON.parse(filled), backend: JSON.parse(served.firstLine).url };
        const explained = [...readme.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
        assert.deepEqual(Object.keys(config).filter((each) => !explained.includes(each)), []);
        writeFileSync(file, JSON.stringify(config));
        const page = await ends.program("page", process.execPath, [join(sample, "serve.mjs"), file, "0"]);

        const browser = await launch(ca_file, { args: [at(page)], proxy: { server: tunnel.url, bypass: "localhost,127.0.0.1" } });
        ends.also(() => browser.close());
        const visit = await Visit.open({}, browser, "page", "README", { origin: ORIGIN });
        await visit.byRedirect(users[0]);
        await visit.now("ready");
        await visit.shot("with a tenant");
        for (const host of ["login.microsoftonline.com:443", "contoso.communication.azure.com:443"]) assert.ok(tunnel.hosts.has(host), host);
      }),
  },
];
