// The one command that runs Tidemark. It has to say something sensible on any Node, so everything newer is imported
// after the check.
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write(
    `Tidemark needs Node 24, this is ${process.versions.node}: run \`npx pnpm@12 install\` (it brings Node 24 along), then try again.\n`,
  );
  process.exit(1);
}

const { buildDemo } = await import("./build-demo.mjs");
const { onLauncherGone } = await import("./launcher.mjs");

onLauncherGone(() => process.kill(process.pid, "SIGTERM"));

const stopEarly = () => process.exit(0);
process.on("SIGTERM", stopEarly);
process.on("SIGINT", stopEarly);
const built = await buildDemo();
if (!built) process.exit(1);
// From here on the server answers signals itself: it lets begun requests finish.
process.off("SIGTERM", stopEarly);
process.off("SIGINT", stopEarly);
await import("../apps/server/src/main.ts");
