// Starts the emulator, a back end and the page, to try by hand. usage: node demo.mjs [back end]
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { BACKENDS } from "./backends/index.mjs";
import { executable, QUIET, trustingHome } from "./lib/browser.mjs";
import { Setup } from "./lib/setup.mjs";

const wanted = process.argv[2] ?? "rust";
const definition = BACKENDS.find(({ name }) => name === wanted);
if (!definition) {
  console.error(`There is no back end “${wanted}”; there are ${BACKENDS.map(({ name }) => name).join(", ")}.`);
  process.exit(64);
}

const port = Number(process.env.PORT ?? 3000);
const setup = await Setup.start(port).catch((error) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`Port ${port} is taken, so the page is at a free one; PORT=… chooses.`);
  return Setup.start();
});
const backend = await setup.backend(definition);
setup.configure(backend);
const { emulator, origin } = setup;
const user = (name, about) => `    ${emulator.user(name).username.padEnd(24)} ${emulator.user(name).password}   ${about}`;

console.log(`
  Open       ${origin}
  Sign in as
${user("alice", "may consent for everybody")}
${user("bob", "an ordinary user")}
${user("carol", "has no Teams licence")}

  Back end   ${backend.url} (${definition.name})
  Emulator   ${emulator.info.http_url}/_emulator/ shows every request, and each check that was made of it`);

let home;
let browser;
if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
  // A browser profile of its own, which trusts the emulator's authority; the user's own must not trust it.
  home = await trustingHome(emulator.info.ca_file);
  browser = spawn(executable(), [...QUIET, `--user-data-dir=${home}/profile`, origin], { env: { ...process.env, HOME: home }, stdio: "ignore" });
  console.log("  Browser    a Chromium that trusts the emulator has been opened");
} else {
  console.log(`  First      open ${emulator.info.https_url}/_emulator/ and accept its certificate,
             or let your browser trust ${emulator.info.ca_file}`);
}
console.log("\n  Ctrl-C ends it all.");

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  browser?.kill();
  await backend.stop();
  await setup.stop();
  if (home) await rm(home, { recursive: true, force: true });
  process.exit(0);
}
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, end);
