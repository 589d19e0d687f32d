import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import * as z from "zod";

/** What Vite says about the built files. */
const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]), isEntry: z.boolean().default(false) }),
);

const dist = new URL("../dist/", import.meta.url);
const manifest = manifestSchema.parse(JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8")));

const LIMIT_BYTES = 200_000;
const entry = "index.html";
const english = "src/i18n/texts.en.ts";

test.each([
  ["the page to sign in", ["src/features/auth/sign-in-page.tsx"]],
  ["the lessons", ["src/features/lessons/lessons-page.tsx"]],
  ["a room", ["src/features/lessons/room-page.tsx"]],
  ["the settings", ["src/features/settings/settings-page.tsx"]],
])("%s loads at most 200 kB of JavaScript, gzipped, when it is the first", (page, pages) => {
  const bytes = gzippedBytes([entry, english, ...pages]);
  console.log(`First load of ${page}: ${(bytes / 1000).toFixed(1)} kB of JavaScript, gzipped.`);
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("no page loads a language that it does not speak", () => {
  expect([...filesOf([entry, english])].filter((file) => file.includes("texts.uk"))).toEqual([]);
});

/** Every file that loading these brings along, each once. */
function filesOf(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`The build has no ${name}: it was renamed, or is no page of its own.`);
    if (found.has(chunk.file)) continue;
    found.add(chunk.file);
    filesOf(chunk.imports, found);
  }
  return found;
}

function gzippedBytes(names: readonly string[]): number {
  return [...filesOf(names)]
    .filter((file) => file.endsWith(".js"))
    .map((file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length)
    .reduce((sum, bytes) => sum + bytes, 0);
}
