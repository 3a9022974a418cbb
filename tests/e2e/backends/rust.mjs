import { existsSync } from "node:fs";
import { join } from "node:path";

const program = (target) => join(target, "acs-auth");

export const rust = {
  name: "rust",
  missing: ({ target }) => (existsSync(program(target)) ? undefined : "acs-auth (cargo build -p acs-auth-cli)"),
  build: () => undefined,
  command: (port, { target }) => ({ program: program(target), args: ["serve", "--listen", `127.0.0.1:${port}`] }),
};
