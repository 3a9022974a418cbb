import { join } from "node:path";
import { compile, libraryMissing } from "./compile.mjs";

export const cpp = {
  name: "cpp",
  missing: (context) => libraryMissing(context, "cpp-httplib"),
  build: (context) => compile(context, "cpp-service", "cpp-httplib", ["c++", "-std=c++17", "-pthread"], "main.cpp"),
  command: (port, { out }) => ({ program: join(out, "cpp-service"), args: [String(port)] }),
};
