// Every back end, every case. BACKENDS=rust,c and CASES=popup,rollover (parts of names) choose some. SMOKE=1 runs every case with the
// first back end, and with the others only the cases in which their own code takes part.
import { after, before, describe, test } from "node:test";
import { BACKENDS } from "./backends/index.mjs";
import { happy } from "./cases/happy.mjs";
import { page } from "./cases/page.mjs";
import { byReadme } from "./cases/readme.mjs";
import { refused } from "./cases/refused.mjs";
import { time } from "./cases/time.mjs";
import { launch } from "./lib/browser.mjs";
import { Matrix } from "./lib/matrix.mjs";
import { Setup } from "./lib/setup.mjs";
import { Visit } from "./lib/visit.mjs";

const among = (list, part) => !list || list.split(",").some((each) => part.includes(each.trim()));
const chosen = (all) => all.filter(({ name }) => among(process.env.CASES, name));
const cases = chosen([...happy, ...refused, ...time]);
const pageCases = chosen([...page, ...byReadme]);
const backends = BACKENDS.filter(({ name }) => !process.env.BACKENDS || process.env.BACKENDS.split(",").includes(name));
if (cases.length + pageCases.length === 0 || backends.length === 0) throw new Error("no back end and no case has such a name");

/** Less than the Retry-After of the throttled case, so that the page has to wait. */
const SETTINGS = { ACS_AUTH_SERVICE_TIMEOUT_MS: "4000" };

const smoke = process.env.SMOKE === "1";
const wanted = (definition, each) => !smoke || definition === backends[0] || each.smoke === true;

// If a signal ends the run early, the run also ends what it has started.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const matrix = new Matrix(backends, cases, pageCases, wanted);
let setup;
let browser;

before(async () => {
  setup = await Setup.start();
  browser = await launch(setup.emulator.info.ca_file);
});

after(async () => {
  await browser?.close();
  await setup?.stop();
  matrix.print();
});

/** Runs a case with a new browser and a reset emulator. */
function run(each, definition, backend, title = definition.name) {
  test(each.name, { timeout: 120_000 }, async () => {
    const { emulator } = setup;
    matrix.begin(definition, each);
    await emulator.reset();
    setup.configure(backend(), each.config?.(emulator));
    const origin = each.origin === "foreign" ? setup.foreignOrigin : setup.origin;
    const visit = await Visit.open(setup, browser, title, each.name, { origin, clock: each.clock, options: each.options });
    try {
      await each.run({ visit, emulator, backend: backend(), setup, user: emulator.user("alice") });
      matrix.passed(definition, each);
    } catch (error) {
      await visit.shot("FAILED").catch(() => undefined);
      if (backend().fell !== undefined) error.message = `${definition.name} has ended (${backend().fell}): ${error.message}`;
      throw error;
    } finally {
      await visit.close();
    }
  });
}

for (const [at, definition] of backends.entries()) {
  describe(definition.name, () => {
    let backend;
    before(async () => {
      backend = await setup.backend(definition, SETTINGS);
    });
    after(() => backend?.stop());

    for (const each of cases.filter((each) => wanted(definition, each))) run(each, definition, () => backend);
    // The page's own cases need only one back end.
    if (at === 0) describe("the page", () => pageCases.forEach((each) => run(each, definition, () => backend, "page")));
  });
}
