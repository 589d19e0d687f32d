/**
 * Who may import whom: the commented truth. ARCHITECTURE.md explains it; `scripts/check/planted-imports.mjs` breaks
 * every rule once, and `check` fails when one of those is not caught.
 *
 * An `undetermined` dependency type is a workspace package imported by its name; `local` is a relative import.
 */
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const TESTS = "\\.test\\.tsx?$|-suite\\.ts$|/(test|testing)/|/testing\\.ts$";

export default {
  forbidden: [
    // 1. api → zod, @trpc/server. api/contracts → zod only.
    {
      name: "1-api-needs-only-zod-and-trpc",
      comment: "Contracts and engine run wherever they are put: storage, transport and process come to them as ports.",
      severity: "error",
      from: { path: "^packages/api/src/", pathNot: TESTS },
      to: { path: "node_modules/", pathNot: "node_modules/(zod|@trpc/server)/" },
    },
    {
      name: "1-api-stands-at-the-bottom",
      severity: "error",
      from: { path: "^packages/api/" },
      to: { path: "^(apps/|packages/(?!api/))" },
    },
    {
      name: "1-contracts-are-browser-safe",
      comment: "Browsers load this entry: whatever it reaches is shipped to them.",
      severity: "error",
      from: { path: "^packages/api/src/contracts\\.ts$" },
      to: { path: "node_modules/(?!zod/|\\.pnpm/zod@)|^[a-z_0-9]+$|^[a-z]+/promises$", reachable: true },
    },

    // 2. db → drizzle and drivers; it implements api's storage ports through types only; never apps.
    {
      name: "2-db-needs-only-drizzle-and-drivers",
      severity: "error",
      from: { path: "^packages/db/src/", pathNot: TESTS },
      to: { path: "node_modules/", pathNot: "node_modules/(drizzle-orm|postgres|@electric-sql/pglite)/" },
    },
    {
      name: "2-db-implements-ports-by-type",
      comment: "The error catalogue is the one exception: a database that is away is an UNAVAILABLE (ADR 0007).",
      severity: "error",
      from: { path: "^packages/db/src/", pathNot: TESTS },
      to: { path: "^packages/api/", pathNot: "^packages/api/src/errors\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "2-db-engine-knows-no-feature",
      comment:
        "Drivers, transactions and locks are the same whatever is stored; migrations, which know the tables, are above.",
      severity: "error",
      from: { path: "^packages/db/src/engine/", pathNot: TESTS },
      to: { path: "^packages/db/src/(?!engine/)" },
    },
    {
      name: "2-packages-never-import-apps",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },

    // 3. sync-client → api/contracts, idb, yjs; never node:*, never server code. zod is a peer.
    {
      name: "3-sync-client-runs-in-browsers",
      severity: "error",
      from: { path: "^packages/sync-client/src/", pathNot: TESTS },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "3-sync-client-needs-only-idb-and-yjs",
      severity: "error",
      from: { path: "^packages/sync-client/src/", pathNot: `${TESTS}|^packages/sync-client/src/(react|yjs)/` },
      to: { path: "node_modules/", pathNot: "node_modules/idb/" },
    },
    {
      name: "3-sync-client-entries-bring-their-own-peer",
      comment: "React only behind /react, Yjs only behind /yjs: an app without them never loads them.",
      severity: "error",
      from: { path: "^packages/sync-client/src/(react|yjs)/", pathNot: TESTS },
      to: { path: "node_modules/", pathNot: "node_modules/(idb|react|yjs|y-protocols)/" },
    },
    {
      name: "3-sync-client-knows-only-contracts",
      severity: "error",
      from: { path: "^packages/sync-client/src/", pathNot: TESTS },
      to: { path: "^packages/(?!sync-client/)", pathNot: "^packages/api/src/contracts\\.ts$" },
    },

    // 4. server → api, db. demo-web → sync-client's public entries, api's contracts, and `import type` from api.
    {
      name: "4-server-knows-no-browser-code",
      severity: "error",
      from: { path: "^apps/server/src/", pathNot: TESTS },
      to: { path: "^(packages/sync-client/|apps/demo-web/)" },
    },
    {
      name: "4-demo-knows-no-server-code",
      severity: "error",
      from: { path: "^apps/demo-web/src/", pathNot: TESTS },
      to: { path: "^(packages/db/|apps/server/)" },
    },
    {
      name: "4-demo-takes-api-by-type",
      comment:
        "The contract itself is a value, and browser-safe (ADR 0007); everything else of api stays on the server.",
      severity: "error",
      from: { path: "^apps/demo-web/src/", pathNot: TESTS },
      to: { path: "^packages/api/", pathNot: "^packages/api/src/contracts\\.ts$", dependencyTypesNot: ["type-only"] },
    },

    // 5. features/x → api, db, platform ports, security, observability, gateway/channel.ts. Another feature only
    //    through its *Operations interface, which lives in api.
    {
      name: "5-features-are-apart",
      severity: "error",
      from: { path: "^apps/server/src/features/([^/]+)/", pathNot: TESTS },
      to: { path: "^apps/server/src/features/", pathNot: "^apps/server/src/features/$1/" },
    },
    {
      name: "5-features-stand-on-ports",
      severity: "error",
      from: { path: "^apps/server/src/features/", pathNot: TESTS },
      to: {
        path: "^apps/server/src/",
        pathNot: "^apps/server/src/(features|platform|security|observability)/|^apps/server/src/gateway/channel\\.ts$",
      },
    },
    {
      name: "5-only-the-composition-root-names-adapters",
      comment: "A port is platform/<name>/<name>.ts; what stands beside it is one of its adapters.",
      severity: "error",
      from: { path: "^apps/server/src/", pathNot: `${TESTS}|^apps/server/src/(compose(-domain)?\\.ts$|platform/)` },
      to: { path: "^apps/server/src/platform/", pathNot: "^apps/server/src/platform/([^/]+)/\\1\\.ts$" },
    },

    // 6. gateway/ and http/ import no feature: compose.ts hands them channels and routers.
    {
      name: "6-transport-knows-no-feature",
      severity: "error",
      from: { path: "^apps/server/src/(gateway|http|platform|security|observability)/", pathNot: TESTS },
      to: { path: "^apps/server/src/features/" },
    },
    {
      name: "6-only-main-reaches-the-composition-root",
      severity: "error",
      from: { path: "^apps/server/src/", pathNot: `${TESTS}|^apps/server/src/(compose|main|commands)\\.ts$` },
      to: { path: "^apps/server/src/(compose(-domain)?|main|commands)\\.ts$" },
    },

    // 7. No cycles, no deep imports across packages. (`export *`, Date.now, console and process.env: see
    //    scripts/check/source-rules.mjs and .oxlintrc.json.)
    {
      name: "7-no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "7-packages-are-entered-by-their-entries",
      severity: "error",
      from: { path: "^(apps|packages)/([^/]+)/" },
      to: { path: "^packages/", pathNot: ["^$1/$2/", ...publicEntries()] },
    },
    {
      name: "7-packages-are-named-not-pathed",
      severity: "error",
      from: { path: "^(apps|packages)/([^/]+)/" },
      to: { path: "^(apps|packages)/", pathNot: "^$1/$2/", dependencyTypes: ["local"] },
    },
    {
      name: "7-imports-resolve",
      comment: "A package imports only what its own manifest names.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^virtual:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Ours only: most of npm lives in some dist/, and must be seen.
    exclude: { path: "^(apps|packages)/[^/]+/(dist|migrations)/" },
    // Types count: an `import type` across a border is a border crossed, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "node", "types", "default"],
    },
  },
};

/** What the packages' manifests export, as exact paths. */
function publicEntries() {
  return globSync("packages/*/package.json").flatMap((file) => {
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    return Object.values(manifest.exports).map(
      (entry) => `^${posix.join(posix.dirname(file.replaceAll("\\", "/")), entry).replaceAll(".", "\\.")}$`,
    );
  });
}
