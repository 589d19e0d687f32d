import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { preloadFont } from "./preload-font.ts";
import { subresourceIntegrity } from "./subresource-integrity.ts";

/** Where `vite` in watch mode finds the API. */
const apiOrigin = "http://localhost:3000";

function screenshot(of: { readonly form_factor: "wide" | "narrow"; readonly sizes: string }) {
  return { ...of, src: `/screenshots/${of.form_factor}.png`, type: "image/png", label: "A lesson's room" };
}

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src/sw/worker",
      filename: "service-worker.ts",
      // `src/sw/app-update.ts` registers the worker: the person decides when a new version takes over.
      injectRegister: false,
      injectManifest: {
        injectionPoint: "self.precacheManifest",
        globPatterns: ["**/*.{html,js,css,svg,png,woff2,webmanifest}"],
        // For the store's page only.
        globIgnores: ["screenshots/**"],
      },
      manifest: {
        id: "/",
        name: "Tidemark",
        short_name: "Tidemark",
        description: "Live lessons that keep working when the connection does not.",
        start_url: "/",
        scope: "/",
        display: "standalone",
        categories: ["education", "productivity"],
        background_color: "#f8fafb",
        theme_color: "#0f6e84",
        icons: [
          { src: "/icons/icon.svg", type: "image/svg+xml", sizes: "any" },
          { src: "/icons/icon-192.png", type: "image/png", sizes: "192x192" },
          { src: "/icons/icon-512.png", type: "image/png", sizes: "512x512" },
          { src: "/icons/icon-maskable-512.png", type: "image/png", sizes: "512x512", purpose: "maskable" },
        ],
        // Taken by `npx pnpm@12 screens -- --publish`.
        screenshots: [
          screenshot({ form_factor: "wide", sizes: "1280x800" }),
          screenshot({ form_factor: "narrow", sizes: "390x844" }),
        ],
      },
    }),
    preloadFont("inter-latin-wght-normal"),
    subresourceIntegrity(),
  ],
  build: {
    // `test/first-load.test.ts` reads from it what each page loads.
    manifest: true,
    // Browsers of 2024 and newer: for older ones the CSS that the tokens use would be rewritten.
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    rolldownOptions: {
      output: {
        // What every page needs is one file; cut up by which pages share it, it was more than thirty.
        codeSplitting: { groups: [{ name: "first-load", tags: ["$initial"] }] },
      },
    },
  },
  server: {
    proxy: { "/trpc": apiOrigin, "/app-config.json": apiOrigin },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // A busy machine may stand still for seconds.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // By default one core is left alone: of two, half the machine.
    maxWorkers: "100%",
  },
});
