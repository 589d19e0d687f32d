/** One line of the table. */
export interface Row {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly systems: readonly (SystemFigures | SystemBytes | NamedFigures)[];
  /** What is promised of the row, and what came of it. */
  readonly targets: readonly Target[];
}

export interface SystemFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What one unit took of a page's main thread. */
  readonly mainThreadMs?: number;
}

export interface SystemBytes {
  readonly name: string;
  readonly bytes: number;
}

/** What is no throughput, each figure by its name and unit. */
export interface NamedFigures {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
}

export interface Target {
  /** Such as `engine/bare`. */
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly sense: "at least" | "at most";
}

export const isMet = ({ value, bound, sense }: Target): boolean =>
  sense === "at least" ? value >= bound : value <= bound;

export function printRow(row: Row): void {
  for (const [index, system] of row.systems.entries()) {
    const targets = index === 0 ? row.targets.map(describeTarget).join(", ") : "";
    const name = `${(index === 0 ? row.name : "").padEnd(34)} ${system.name.padEnd(31)}`;
    print(`${name} ${describeFigures(row, system)}  ${targets}`.trimEnd());
  }
}

function describeFigures({ unit }: Row, system: Row["systems"][number]): string {
  if ("figures" in system) {
    return Object.entries(system.figures)
      .map(([name, value]) => `${name} ${Number.isInteger(value) ? count(value) : value.toFixed(value < 1 ? 3 : 1)}`)
      .join("  ");
  }
  if ("bytes" in system) return `${count(system.bytes / 1024).padStart(10)} ${unit}`;
  const { perSecond, p50Ms, p99Ms, mainThreadMs } = system;
  const figures = `${count(perSecond).padStart(10)} ${unit.padEnd(8)} p50 ${ms(p50Ms)}  p99 ${ms(p99Ms)}`;
  return mainThreadMs === undefined ? figures : `${figures}  main thread ${ms(mainThreadMs)}`;
}

/** Everything once more as one line of JSON, for machines that compare runs. */
export function printJson(run: {
  readonly seed: number;
  readonly rows: readonly Row[];
  readonly seconds: number;
}): void {
  print(
    JSON.stringify(run, (_key, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value)),
  );
}

function describeTarget(target: Target): string {
  const { name, value, bound, sense } = target;
  const relation = sense === "at least" ? "≥" : "≤";
  if (bound === 0) return `${name} ${value.toFixed(2)}`;
  return `${name} ${value.toFixed(2)} (${relation} ${bound}: ${isMet(target) ? "met" : "NOT MET"})`;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const count = (value: number) => Math.round(value).toLocaleString("en-US");
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0).padStart(6)} ms`;
