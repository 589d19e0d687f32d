import { readFile } from "node:fs/promises";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

const read = (path: string) => readFile(new URL(`../../../../docs/runbook/${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);

/** The rows of the table that stands under a heading, without its head. */
function rowsUnder(heading: string, page: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ", 1)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(1).map((row) => row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")));
}

describe("the runbook for whoever is on call", () => {
  let page: string;
  let alerts: string;
  let exposed: string;
  beforeAll(async () => {
    [page, alerts] = await Promise.all([read("on-call.md"), read("prometheus-alerts.yaml")]);
    exposed = await createMetrics({ onSampleError: () => undefined }).scrape();
  });

  it("lists every metric of ours with its type", () => {
    const ours = [...exposed.matchAll(/^# TYPE (?!process_|nodejs_)(\S+) (\S+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const listed = rowsUnder("Metrics", page).flatMap(([names = "", type]) =>
      namesIn(names, /`(\w+)`/g).map((name) => [name, type]),
    );
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(ours));
  });

  it("lists every label of them", () => {
    const source = readFileSync(new URL("metrics.ts", import.meta.url), "utf8");
    const labels = namesIn(source, /labelNames: \[([^\]]+)\]/g).flatMap((list) => namesIn(list, /"(\w+)"/g));
    const listed = rowsUnder("Metrics", page).flatMap(([, , cell = ""]) => namesIn(cell, /`(\w+)`/g));
    expect([...new Set(labels)].filter((label) => !listed.includes(label))).toEqual([]);
  });

  it("asks in its alerts for metrics that there are", () => {
    const known = new Set(namesIn(exposed, /^# TYPE (\S+) /gm));
    const asked = namesIn(alerts, /\b((?:http|sync|token|csp|policy|cleanup|nodejs|process)_\w+)/g);
    const unknown = asked.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, "")));
    expect([asked.length > 0, unknown]).toEqual([true, []]);
  });

  it("can hear of the first fault: its counter is there before", () => {
    expect(exposed).toContain('http_requests_refused_total{reason="INTERNAL"} 0\n');
  });

  it("says of every alert what to do", () => {
    const listed = rowsUnder("Alerts", page).flatMap(([names = ""]) => namesIn(names, /`(\w+)`/g));
    expect(new Set(listed)).toEqual(new Set(namesIn(alerts, /- alert: (\w+)/g)));
  });

  it("lists every line that the log may have", () => {
    const folder = fileURLToPath(new URL("..", import.meta.url));
    const files = globSync("**/*.ts", { cwd: folder }).filter((file) => !file.endsWith(".test.ts"));
    const code = files.map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("\n");
    const logged = namesIn(code, /\b(?:log|logger)\.(?:debug|info|warn|error|fatal)\((?:[^;]*?, )?"([^"]+)"\)/g);
    const listed = rowsUnder("The log", page).flatMap(([, messages = ""]) => namesIn(messages, /`([^`]+)`/g));
    expect(new Set(logged)).toEqual(new Set(listed));
  });
});
