import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What is read on what. Both halves of every pair are tokens of theme.css. */
const textPairs: readonly (readonly [text: string, ground: string])[] = [
  ...["canvas", "surface", "raised", "sunken", "hover"].flatMap((ground) => [
    ["ink", ground] as const,
    ["muted", ground] as const,
    ["danger", ground] as const,
    ["warning", ground] as const,
    ["success", ground] as const,
    ["accent", ground] as const,
  ]),
  ...["accent-soft", "danger-soft", "warning-soft", "success-soft"].flatMap((ground) => [
    ["ink", ground] as const,
    ["muted", ground] as const,
  ]),
  ["accent", "accent-soft"],
  ["accent-strong", "accent-soft"],
  ["danger", "danger-soft"],
  ["warning", "warning-soft"],
  ["success", "success-soft"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-danger", "danger"],
  ["on-danger", "danger-strong"],
  ["canvas", "ink"],
  ...[1, 2, 3, 4, 5, 6].map((person) => ["ink", `person-${person}`] as const),
];

/** Borders of controls and marks that mean something: 3 to 1. */
const markPairs = ["canvas", "surface", "raised", "sunken"].flatMap((ground) => [
  ["line-strong", ground] as const,
  ["accent", ground] as const,
]);

const tokens = readTokens();
const schemes = ["light", "dark"] as const;
type Scheme = (typeof schemes)[number];

test("the dark scheme has a colour for every token of the light one", () => {
  expect([...tokens.dark.keys()].sort()).toEqual([...tokens.light.keys()].sort());
  expect(tokens.light.size).toBeGreaterThan(20);
});

test.each(schemes)("text is read at a contrast of 4.5 to 1 and more in the %s scheme", (scheme) => {
  expect(tooFaint(textPairs, { scheme, least: 4.5 })).toEqual([]);
});

test.each(schemes)("borders of controls stand out at 3 to 1 and more in the %s scheme", (scheme) => {
  expect(tooFaint(markPairs, { scheme, least: 3 })).toEqual([]);
});

function tooFaint(
  pairs: readonly (readonly [string, string])[],
  { scheme, least }: { readonly scheme: Scheme; readonly least: number },
): string[] {
  return pairs
    .map(([text, ground]) => ({ text, ground, ratio: contrast(luminance(text, scheme), luminance(ground, scheme)) }))
    .filter(({ ratio }) => ratio < least)
    .map(({ text, ground, ratio }) => `${text} on ${ground}: ${ratio.toFixed(2)}`);
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Relative luminance as WCAG defines it, from OKLCH by Björn Ottosson's matrices; out-of-gamut channels are clipped. */
function luminance(token: string, scheme: Scheme): number {
  const colour = tokens[scheme].get(token);
  if (colour === undefined) throw new Error(`theme.css has no --color-${token} in the ${scheme} scheme`);
  const [l, c, hue] = colour;
  const a = c * Math.cos((hue * Math.PI) / 180);
  const b = c * Math.sin((hue * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (channel: number) => Math.min(1, Math.max(0, channel));
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

type Oklch = readonly [number, number, number];

function readTokens(): Record<Scheme, Map<string, Oklch>> {
  const css = readFileSync(new URL("theme.css", import.meta.url), "utf8");
  const dark = css.indexOf("@media (prefers-color-scheme: dark)");
  return { light: coloursIn(css.slice(0, dark)), dark: coloursIn(css.slice(dark)) };
}

function coloursIn(css: string): Map<string, Oklch> {
  const number = String.raw`([\d.]+)`;
  const declaration = new RegExp(
    String.raw`--color-([\w-]+): oklch\(${number} ${number} ${number}(?: / [\d.]+)?\)`,
    "g",
  );
  return new Map(
    [...css.matchAll(declaration)].map(([, name = "", l, c, hue]) => [name, [Number(l), Number(c), Number(hue)]]),
  );
}
