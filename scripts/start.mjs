// The one command that runs Tidemark. It has to say something sensible on any Node, so everything newer is imported
// after the check.
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write(
    `Tidemark needs Node 24 and this is ${process.versions.node}: its packages are not installed. ` +
      "Run `npx pnpm@12 install`, which brings Node 24 along, see what it says, then start again.\n",
  );
  process.exit(1);
}

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
