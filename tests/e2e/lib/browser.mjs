// Debian's Chromium, which trusts the emulator's authority through its certificate store, like a company's.
import { execFileSync } from "node:child_process";
import { accessSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Without these it connects to Google's hosts. */
export const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function executable() {
  const wanted = process.env.CHROMIUM_BIN ? [process.env.CHROMIUM_BIN] : PLACES;
  const found = wanted.find((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error("there is no Chromium: install Debian's package chromium, or name it with CHROMIUM_BIN");
  return found;
}

/** A home folder whose certificate store has the authority in `caFile`. */
export async function trustingHome(caFile) {
  const home = await mkdtemp(join(tmpdir(), "acs-home-"));
  const store = join(home, ".pki", "nssdb");
  await mkdir(store, { recursive: true });
  const certutil = (...args) => execFileSync("certutil", ["-d", `sql:${store}`, ...args]);
  certutil("-N", "--empty-password");
  certutil("-A", "-n", "acs-emulator", "-t", "C,,", "-i", caFile);
  return home;
}

export async function launch(caFile, { args = [], proxy } = {}) {
  const home = await trustingHome(caFile);
  const browser = await chromium.launch({
    executablePath: executable(),
    args: [...QUIET, ...args],
    proxy,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_CACHE_HOME: join(home, "cache") },
  });
  browser.on("disconnected", () => rm(home, { recursive: true, force: true }));
  return browser;
}
