// A registry of the packages in a folder: `registry.mjs FOLDER` prints its address and serves until its input closes. npm uses
// it like the public one, so a package is installed as users install it, with its optional dependencies.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const folder = process.argv[2];
const packages = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".tgz"))) {
  const content = readFileSync(join(folder, file));
  const manifest = JSON.parse(execFileSync("tar", ["-xzOf", join(folder, file), "package/package.json"]));
  packages.set(manifest.name, { file, content, manifest });
}

const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url.slice(1));
  const found = packages.get(path) ?? [...packages.values()].find(({ file }) => path === `files/${file}`);
  if (!found) return response.writeHead(404, { "content-type": "application/json" }).end("{}");
  if (path.startsWith("files/")) return response.end(found.content);
  const { manifest, file, content } = found;
  const dist = {
    tarball: `http://${request.headers.host}/files/${file}`,
    integrity: `sha512-${createHash("sha512").update(content).digest("base64")}`,
  };
  const versions = { [manifest.version]: { ...manifest, dist } };
  const packument = { name: manifest.name, "dist-tags": { latest: manifest.version }, versions };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
process.stdin.resume().on("end", () => process.exit());
