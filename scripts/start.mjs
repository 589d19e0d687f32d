// The one command that runs Tidemark.
import "./require-node-24.mjs";

const { enableCompileCache, registerHooks } = await import("node:module");
const { buildDemo } = await import("./build-demo.mjs");
const { onLauncherGone } = await import("./launcher.mjs");
const { cacheFolder } = await import("./repository.mjs");

// Compiled code is kept from start to start: it saves a quarter of the boot.
enableCompileCache(cacheFolder("compiled"));
// Node's ESM loader reads drizzle's package.json, with its two thousand exports, again for each of its hundred modules;
// the CommonJS one reads it once. The same library either way, half the boot.
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    /^drizzle-orm(\/|$)/.test(specifier)
      ? nextResolve(specifier, { ...context, conditions: ["node", "require"] })
      : nextResolve(specifier, context),
});
onLauncherGone(() => process.kill(process.pid, "SIGTERM"));

const stopEarly = () => process.exit(0);
process.on("SIGTERM", stopEarly);
process.on("SIGINT", stopEarly);
// The demo builds while the server's modules load and its database is made; the server is ready once both are done.
const { announceSiteBuild } = await import("../apps/server/src/http/site-build.ts");
announceSiteBuild(buildDemo());
await import("../apps/server/src/compose.ts");
// From here on the server answers signals itself: it lets begun requests finish.
process.off("SIGTERM", stopEarly);
process.off("SIGINT", stopEarly);
await import("../apps/server/src/main.ts");
