import { defineConfig } from "vite";

export default defineConfig({
  // Two pages: the app, and the one that Entra ID sends the answer to.
  // The Calling SDK is one file of 7 MB, loaded when somebody joins.
  build: { rollupOptions: { input: ["index.html", "redirect.html"] }, chunkSizeWarningLimit: 7000 },
  server: { port: 3000, strictPort: true },
});
