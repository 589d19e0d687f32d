// Imported before everything else by what people start by hand. It has to say something sensible on any Node, so it needs
// nothing newer than the oldest of them; whoever imports it loads the rest by `await import`.
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write(
    `Tidemark needs Node 24 and this is ${process.versions.node}: its packages are not installed. ` +
      "Run `npx pnpm@12 install`, which brings Node 24 along, see what it says, then try again.\n",
  );
  process.exit(1);
}
