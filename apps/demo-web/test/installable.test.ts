import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";

const image = z.object({ src: z.string(), sizes: z.string(), type: z.string(), purpose: z.string().optional() });
const manifestSchema = z.object({
  id: z.string(),
  name: z.string(),
  short_name: z.string(),
  start_url: z.string(),
  scope: z.string(),
  display: z.string(),
  background_color: z.string(),
  theme_color: z.string(),
  icons: z.array(image),
  screenshots: z.array(image.extend({ form_factor: z.enum(["wide", "narrow"]), label: z.string() })),
});

const dist = new URL("../dist/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, dist), "utf8");
const manifest = manifestSchema.parse(JSON.parse(read("manifest.webmanifest")));
const page = read("index.html");

test("the app can be installed: a name that fits below an icon, a start page, a window of its own", () => {
  expect(manifest.short_name.length).toBeLessThanOrEqual(12);
  expect(manifest).toMatchObject({ id: "/", start_url: "/", scope: "/", display: "standalone" });
  expect(page).toContain('rel="manifest"');
});

test("icons of 192 and 512 px, one for masks, and one for Apple are there, of the size that they say", () => {
  const sizes = manifest.icons.map(({ sizes: size, purpose = "any" }) => `${size} ${purpose}`);
  expect(sizes).toEqual(expect.arrayContaining(["192x192 any", "512x512 any", "512x512 maskable"]));
  for (const { src, sizes: size, type } of manifest.icons) {
    if (type === "image/png") expect(pngSize(src), src).toBe(size);
  }
  expect(page).toContain('rel="apple-touch-icon"');
});

test("the store's pictures are there, for a phone and for a desk, of the size that they say", () => {
  expect(manifest.screenshots.map(({ form_factor }) => form_factor).sort()).toEqual(["narrow", "wide"]);
  for (const { src, sizes } of manifest.screenshots) expect(pngSize(src), src).toBe(sizes);
});

test("the window's frame has the page's colour, light and dark, and the page says that it fits a phone", () => {
  for (const scheme of ["light", "dark"]) {
    expect(page).toMatch(new RegExp(`<meta name="theme-color" media="\\(prefers-color-scheme: ${scheme}\\)"`));
  }
  expect(page).toContain("width=device-width");
  expect(page).toMatch(/<html lang="en"/);
  expect(page).toMatch(/<meta name="description" content="[^"]{20,}"/);
});

test("the worker keeps the whole shell: page, code, styles and the fonts of both alphabets", () => {
  const worker = read("service-worker.js");
  const files = page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g);
  for (const [, file = ""] of files) expect(worker, file).toContain(file);
  for (const part of ["index.html", "inter-latin", "inter-cyrillic", "texts.uk", "texts.en"]) {
    expect(worker).toContain(part);
  }
});

/** Read from the file itself: a PNG says its size in its first chunk. */
function pngSize(src: string): string {
  const file = new URL(src.replace(/^\//, ""), dist);
  expect(existsSync(file), src).toBe(true);
  const bytes = readFileSync(file);
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}
