// The settings that the runbook lists, compared with those that the server takes. `node scripts/check/settings.mjs` writes
// the list anew.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeOptions } from "../../apps/server/src/config.ts";
import { repository } from "../repository.mjs";

const PAGE = join(repository, "docs/runbook/settings.md");
const SOURCES = join(repository, "apps/server/src");

/** Whether the page says what `config.ts` says, and whether that is true of what reads it. One line per problem. */
export function checkSettings() {
  const isStale = readFileSync(PAGE, "utf8") !== renderPage();
  return [
    ...(isStale ? ["docs/runbook/settings.md is stale; run npx pnpm@12 exec node scripts/check/settings.mjs"] : []),
    ...checkReaders(),
  ];
}

/** A setting that nothing reads must not be told as one that does something, nor the other way round. */
function checkReaders() {
  const files = globSync("**/*.ts", { cwd: SOURCES }).filter((file) => !/^config|\.test\.ts$|^testing\//.test(file));
  const code = files.map((file) => readFileSync(join(SOURCES, file), "utf8")).join("\n");
  return describeOptions().flatMap(({ name, isInForce }) => {
    const isRead = new RegExp(`\\b${name}\\b`).test(code);
    if (isRead === isInForce) return [];
    return [
      `apps/server/src/config.ts: ${name} stands among the ${isInForce ? "settings in force" : "planned settings"}, and ` +
        `${isRead ? "something reads it" : "nothing reads it"}; move it to the others.`,
    ];
  });
}

function renderPage() {
  const all = describeOptions();
  return `# Settings

All are environment variables, and optional; an empty one counts as unset. A value that is wrong stops the start with exit code 1 and one line that begins with the variable's name. Booleans are \`true\` or \`false\`, lists have commas, \`migrate\`, \`seed\` and \`tasks\` take the same variables as the server. This page is made from [\`config.ts\`](../../apps/server/src/config.ts).

| variable | default | what it is |
|---|---|---|
${renderRows(all.filter(({ isInForce }) => isInForce))}

\`JWT_SECRET\` and \`JWT_PRIVATE_KEY\` exclude each other; of \`AUTH_JWKS_URL\`, \`AUTH_ISSUER\` and \`AUTH_AUDIENCE\` each needs the others.

## Planned

These are checked at the start too, so that a deployment may name them already. **Nothing reads them yet**: their features are not there.

| variable | default | what it will be |
|---|---|---|
${renderRows(all.filter(({ isInForce }) => !isInForce))}
`;
}

const renderRows = (options) =>
  options
    .map(({ name, fallback, description }) => `| \`${name}\` | ${fallback ? `\`${fallback}\`` : ""} | ${description} |`)
    .join("\n");

if (import.meta.main) writeFileSync(PAGE, renderPage());
