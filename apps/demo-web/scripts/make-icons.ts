/** Draws the PNG icons from `public/icons/icon.svg`. Run it after changing the SVG: `pnpm icons`. */
import { readFile } from "node:fs/promises";
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Page } from "playwright-core";

const folder = new URL("../public/icons/", import.meta.url);
const svg = await readFile(new URL("icon.svg", folder), "utf8");
/** Platforms cut maskable icons to a shape of theirs: the tile goes to the edge and the drawing stays in the middle. */
const bleeding = svg.replace(/rx="\d+"/, "").replace("<g ", '<g transform="translate(56 56) scale(.78125)" ');

const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
const page = await browser.newPage();
await draw(page, { svg, size: 192, name: "icon-192.png" });
await draw(page, { svg, size: 512, name: "icon-512.png" });
await draw(page, { svg: bleeding, size: 512, name: "icon-maskable-512.png" });
await draw(page, { svg: bleeding, size: 180, name: "apple-touch-icon.png" });
await browser.close();

async function draw(canvas: Page, icon: { readonly svg: string; readonly size: number; readonly name: string }) {
  await canvas.setViewportSize({ width: icon.size, height: icon.size });
  await canvas.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${icon.svg}`);
  await canvas.screenshot({ path: new URL(icon.name, folder).pathname, omitBackground: true });
}
