import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const classpath = (out) => join(out, "kotlin-ktor.classpath");

export const kotlin = {
  name: "kotlin",
  ready: /listening on http/,
  // The exit code of a Java program that a signal ended.
  ends: [143],
  missing: () => undefined,
  build({ root, out }) {
    mkdirSync(out, { recursive: true });
    execFileSync(
      "mvn",
      // prettier-ignore
      ["-B", "-ntp", "-q", "-f", join(root, "samples", "kotlin-ktor", "pom.xml"), "compile", "dependency:build-classpath",
       "-DincludeScope=runtime", `-Dmdep.outputFile=${classpath(out)}`],
      { stdio: "inherit" },
    );
  },
  command: (port, { root, out }) => ({
    program: "java",
    args: ["-cp", `${join(root, "samples", "kotlin-ktor", "target", "classes")}:${readFileSync(classpath(out), "utf8").trim()}`, "dev.acsauth.samples.MainKt"],
    env: { PORT: String(port) },
  }),
};
