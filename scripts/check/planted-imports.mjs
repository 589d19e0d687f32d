import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workspacePackages } from "../packages.mjs";
import { cacheFolder, repository } from "../repository.mjs";

/** A small tree of our shape in which every import rule is broken at least once; the comment names the rule. */
const FILES = {
  "packages/api/src/contracts.ts": `
    import "./planted-secret.ts"; // 1-contracts-are-browser-safe, over one step
    export const contract = 1;`,
  "packages/api/src/planted-secret.ts": `import { createHmac } from "node:crypto"; export const sign = createHmac;`,
  "packages/api/src/planted.ts": `
    import postgres from "postgres"; // 1-api-needs-only-zod-and-trpc
    import type { Database } from "../../db/src/index.ts"; // 1-api-stands-at-the-bottom, 7-packages-are-named-not-pathed
    import { unknown } from "not-in-the-manifest"; // 7-imports-resolve
    export const wrong: Database = [postgres, unknown];`,
  "packages/api/src/server.ts": `export const engine = 1;`,
  "packages/db/src/index.ts": `export interface Database {}`,
  "packages/db/src/planted.ts": `
    import { initTRPC } from "@trpc/server"; // 2-db-needs-only-drizzle-and-drivers
    import { engine } from "@tidemark/api/server"; // 2-db-implements-ports-by-type
    import { domain } from "../../../apps/server/src/features/chat/domain.ts"; // 2-packages-never-import-apps
    export const wrong = [initTRPC, engine, domain];`,
  "packages/db/src/engine/pool.ts": `
    import type { Database } from "../index.ts"; // 2-db-engine-knows-no-feature
    export type Pool = Database;`,
  "packages/db/src/egg.ts": `import { hen } from "./hen.ts"; export const egg = hen; // 7-no-cycles`,
  "packages/db/src/hen.ts": `import { egg } from "./egg.ts"; export const hen = egg;`,
  "packages/sync-client/src/index.ts": `
    import { readFileSync } from "node:fs"; // 3-sync-client-runs-in-browsers
    import { useState } from "react"; // 3-sync-client-needs-only-idb-and-yjs
    import { engine } from "@tidemark/api/server"; // 3-sync-client-knows-only-contracts
    export const wrong = [readFileSync, useState, engine];`,
  "packages/sync-client/src/react/index.ts": `
    import { initTRPC } from "@trpc/server"; // 3-sync-client-entries-bring-their-own-peer
    export const wrong = initTRPC;`,
  "packages/sync-client/src/inside.ts": `export const inside = 1;`,
  "apps/server/src/main.ts": `import { compose } from "./compose.ts"; compose();`,
  "apps/server/src/compose.ts": `export const compose = () => 1;`,
  "apps/server/src/http/app.ts": `
    import type { Sync } from "../../../../packages/sync-client/src/inside.ts"; // 4-server-knows-no-browser-code, and past the entry: 7-packages-are-entered-by-their-entries
    import { domain } from "../features/chat/domain.ts"; // 6-transport-knows-no-feature
    import { compose } from "../compose.ts"; // 6-only-main-reaches-the-composition-root
    import { systemClock } from "../platform/clock/system-clock.ts"; // 5-only-the-composition-root-names-adapters
    export const wrong: Sync = [domain, compose, systemClock];`,
  "apps/server/src/platform/clock/system-clock.ts": `export const systemClock = 1;`,
  "apps/server/src/features/chat/domain.ts": `
    import { lessons } from "../lessons/lessons.ts"; // 5-features-are-apart
    import { app } from "../../http/app-state.ts"; // 5-features-stand-on-ports
    export const domain = [lessons, app];`,
  "apps/server/src/features/lessons/lessons.ts": `export const lessons = 1;`,
  "apps/server/src/http/app-state.ts": `export const app = 1;`,
  "apps/demo-web/src/planted.ts": `
    import type { Database } from "../../../packages/db/src/index.ts"; // 4-demo-knows-no-server-code
    import { engine } from "@tidemark/api/server"; // 4-demo-takes-api-by-type
    export const wrong: Database = engine;`,
};

/** npm packages that a planted file needs although its own package must not have them: who lends them. */
const BORROWED = {
  "packages/api": { postgres: "packages/db" },
  "packages/db": { "@trpc/server": "packages/api" },
  "packages/sync-client": { "@trpc/server": "packages/api", react: "packages/sync-client" },
};

/** Runs `work` on the planted tree's folder, outside of everything else, and takes the tree away again. */
export async function withPlantedTree(work) {
  const tree = mkdtempSync(join(cacheFolder(), "planted-"));
  try {
    for (const [file, text] of Object.entries(FILES)) write(join(tree, file), text);
    for (const { name, folder } of workspacePackages()) linkManifest(tree, name, folder);
    for (const [borrower, packages] of Object.entries(BORROWED)) {
      for (const [name, lender] of Object.entries(packages)) {
        link(realpathSync(join(repository, lender, "node_modules", name)), join(tree, borrower, "node_modules", name));
      }
    }
    return await work(tree);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The package's real manifest, and the planted tree's own packages as its workspace packages. */
function linkManifest(tree, name, folder) {
  const place = join(tree, folder.slice(repository.length));
  mkdirSync(place, { recursive: true });
  cpSync(join(folder, "package.json"), join(place, "package.json"));
  if (name === "@tidemark/api") return;
  link(join(tree, "packages/api"), join(place, "node_modules/@tidemark/api"));
}

function link(target, path) {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, "junction");
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
