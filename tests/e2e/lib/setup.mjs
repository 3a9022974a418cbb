// Everything that a run needs: emulator, back ends, pages, and paths.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../../samples/minimal-client/serve.mjs";
import { Backend } from "./backend.mjs";
import { Emulator } from "./emulator.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** `target` has acs-emulator, acs-auth and libacs_auth.so; `out` is an ignored folder for the output. */
export const context = {
  root,
  target: resolve(root, process.env.ACS_E2E_TARGET ?? join(process.env.CARGO_TARGET_DIR ?? "target", "debug")),
  out: join(root, "target", "e2e"),
};

const address = (server) => `http://localhost:${server.address().port}`;

export class Setup {
  /** The page at an origin that the back ends list, and the same page at one that they do not. */
  static async start(port = 0) {
    const setup = new Setup();
    setup.config = {};
    setup.servers = [await serve(setup.config, port), await serve(setup.config)];
    [setup.origin, setup.foreignOrigin] = setup.servers.map(address);
    setup.emulator = await Emulator.start(join(context.target, "acs-emulator"), [setup.origin, setup.foreignOrigin]);
    setup.ca = readFileSync(setup.emulator.info.ca_file, "utf8");
    return setup;
  }

  /** `more` has variables in addition to those for the emulator. */
  async backend(definition, more = {}) {
    const missing = definition.missing(context);
    if (missing) throw new Error(`${definition.name} cannot be tried: it needs ${missing}`);
    await definition.build(context);
    const backend = new Backend(definition, context, { ...this.emulator.settings(this.ca, [this.origin]), ...more });
    await backend.start();
    return backend;
  }

  /** Sets the page's configuration from now on. */
  configure(backend, more = {}) {
    for (const name of Object.keys(this.config)) delete this.config[name];
    Object.assign(this.config, this.emulator.config(backend.url, more));
  }

  async stop() {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    await this.emulator.stop();
  }
}
