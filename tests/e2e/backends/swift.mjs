import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const program = (root) => join(root, "samples", "swift-service", ".build", "debug", "swift-service");

/** The folder of Debian's Swift, if the machine has no Swift: its programs are started by the loader in that folder. */
const toolchain = (root) => join(root, ".toolchains", "swift");

export const swift = {
  name: "swift",
  missing: ({ root }) => (existsSync(join(root, "bindings", "swift", "lib")) ? undefined : "its library (tools/swift-native)"),
  build({ root }) {
    const sources = [join("samples", "swift-service", "Sources"), join("bindings", "swift")].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && /\.(swift|h|so)$/.test(each.name) && !/\.build/.test(each.parentPath ?? each.path))
        .map((each) => join(each.parentPath ?? each.path, each.name)),
    );
    const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
    if (existsSync(program(root)) && statSync(program(root)).mtimeMs > newest) return;
    execFileSync(join(root, "tools", "swift-toolchain"), ["cd samples/swift-service && swift build --quiet --product swift-service"], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
  },
  command(port, { root }) {
    const home = toolchain(root);
    const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch];
    const library = join(root, "bindings", "swift", "lib", `linux-${machine}`);
    if (!existsSync(join(home, ".complete"))) return { program: program(root), args: [String(port)], env: { LD_LIBRARY_PATH: library } };
    const libraries = ["usr/libexec/swift/lib/swift/linux", `usr/lib/${machine}-linux-gnu`].map((each) => join(home, each));
    libraries.push(library);
    return {
      program: join(home, { x64: "lib64/ld-linux-x86-64.so.2", arm64: "lib/ld-linux-aarch64.so.1" }[process.arch]),
      args: ["--library-path", libraries.join(":"), program(root), String(port)],
    };
  },
};
