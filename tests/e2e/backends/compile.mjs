// C and C++ samples, linked with the library in cargo's folder; `make test-packages` builds them as users do.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const pkgConfig = (...args) => execFileSync("pkg-config", args, { encoding: "utf8" }).trim().split(/\s+/).filter(Boolean);

export function libraryMissing({ target }, ...packages) {
  if (!existsSync(join(target, "libacs_auth.so"))) return "libacs_auth (cargo build -p acs-auth-c-artifact)";
  try {
    pkgConfig("--exists", ...packages);
    return undefined;
  } catch {
    return packages.join(" and ");
  }
}

export function compile({ root, target, out }, sample, library, compiler, source) {
  const [program, ...flags] = compiler;
  const from = join(root, "samples", sample, source);
  const to = join(out, sample);
  const libraries = join(out, "lib");
  const newest = Math.max(statSync(from).mtimeMs, statSync(join(target, "libacs_auth.so")).mtimeMs);
  // The name that programs look for, as an installation has it.
  mkdirSync(libraries, { recursive: true });
  rmSync(join(libraries, "libacs_auth.so.0"), { force: true });
  symlinkSync(join(target, "libacs_auth.so"), join(libraries, "libacs_auth.so.0"));
  if (existsSync(to) && statSync(to).mtimeMs > newest) return;
  execFileSync(
    program,
    // prettier-ignore
    [...flags, "-g", `-I${join(root, "include")}`, ...pkgConfig("--cflags", library), "-o", to, from,
     `-L${target}`, "-lacs_auth", `-Wl,-rpath,${libraries}`, ...pkgConfig("--libs", library)],
    { stdio: "inherit" },
  );
}
