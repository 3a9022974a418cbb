import { defineConfig } from "vite";
import { readConfig } from "./configFile.mjs";

/** `npm run dev` has the config.json that `npm run serve` has. */
const configJson = {
  name: "config.json",
  configureServer({ middlewares }) {
    middlewares.use("/config.json", (_request, response) => {
      readConfig("config.json").then(
        ({ config }) => response.setHeader("content-type", "application/json").end(JSON.stringify(config)),
        ({ message }) => response.writeHead(404).end(message),
      );
    });
  },
};

export default defineConfig({
  plugins: [configJson],
  // Two pages: the app, and the one that Entra ID sends the answer to.
  // The Calling SDK is one file of 7 MB, loaded when somebody joins.
  build: { rollupOptions: { input: ["index.html", "redirect.html"] }, chunkSizeWarningLimit: 7000 },
  server: { port: 3000, strictPort: true },
});
