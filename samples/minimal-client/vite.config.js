import { defineConfig } from "vite";
import { readConfig } from "./configFile.mjs";

/** Makes `npm run dev` serve the same config.json as `npm run serve`. */
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
  // Two pages: the app, and the one that receives Entra ID's response. The Calling SDK is one file of 7 MB,
  // loaded when somebody joins.
  build: { rollupOptions: { input: ["index.html", "redirect.html"] }, chunkSizeWarningLimit: 7000 },
  server: { port: 3000, strictPort: true },
});
