import { join } from "node:path";
import { compile, libraryMissing } from "./compile.mjs";

export const c = {
  name: "c",
  missing: (context) => libraryMissing(context, "libmicrohttpd"),
  build: (context) => compile(context, "c-service", "libmicrohttpd", ["cc", "-std=c11", "-D_GNU_SOURCE"], "main.c"),
  command: (port, { out }) => ({ program: join(out, "c-service"), args: [String(port)] }),
};
