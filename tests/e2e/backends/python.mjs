import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const venv = (out) => join(out, "python");

/** The newest wheel that tools/python-wheel has built. */
function wheel(target) {
  const folder = join(target, "..", "wheels");
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".whl")) : [];
  return found.length > 0 ? join(folder, found[0]) : undefined;
}

export const python = {
  name: "python",
  ready: /Uvicorn running on/,
  // Uvicorn finishes the requests in flight, and then ends by the signal.
  ends: [0, "SIGTERM"],
  missing: ({ target }) => (wheel(target) ? undefined : "the wheel (tools/python-wheel --dev)"),
  build({ root, target, out }) {
    const wanted = join(root, "samples", "python-fastapi", "requirements.txt");
    const made = join(venv(out), "made-of");
    const locked = join(import.meta.dirname, "python-requirements.lock");
    const parts = [wheel(target), readFileSync(wheel(target)).length, ...[wanted, locked].map((list) => readFileSync(list, "utf8"))].join("\n");
    if (existsSync(made) && readFileSync(made, "utf8") === parts) return;
    mkdirSync(out, { recursive: true });
    execFileSync("python3", ["-m", "venv", "--clear", venv(out)]);
    const pip = (...args) =>
      execFileSync(join(venv(out), "bin", "python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...args], { stdio: "inherit" });
    pip("--no-index", wheel(target));
    pip("--require-hashes", "--only-binary=:all:", "-r", locked);
    // The sample's requirements are installed already.
    pip("--no-index", "-r", wanted);
    writeFileSync(made, parts);
  },
  command: (port, { root, out }) => ({
    program: join(venv(out), "bin", "python"),
    args: ["-B", "-m", "uvicorn", "main:app", "--port", String(port)],
    cwd: join(root, "samples", "python-fastapi"),
  }),
};
