// `migrate`, `seed` and `tasks`: what an operator runs without the server, or beside it on Postgres.
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write(
    `Tidemark needs Node 24 and this is ${process.versions.node}: its packages are not installed. ` +
      "Run `npx pnpm@12 install`, which brings Node 24 along, see what it says, then run this again.\n",
  );
  process.exit(1);
}

await import("../apps/server/src/commands.ts");
