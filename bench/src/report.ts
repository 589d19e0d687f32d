/** One line of the table. */
export interface Row {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly systems: readonly SystemFigures[];
  /** What is promised of the row, and what came of it. */
  readonly targets: readonly Target[];
}

export interface SystemFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
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
  for (const [index, { name, perSecond, p50Ms, p99Ms }] of row.systems.entries()) {
    const figures = `${count(perSecond).padStart(10)} ${row.unit.padEnd(8)} p50 ${ms(p50Ms)}  p99 ${ms(p99Ms)}`;
    const targets = index === 0 ? row.targets.map(describeTarget).join(", ") : "";
    print(`${(index === 0 ? row.name : "").padEnd(34)} ${name.padEnd(22)} ${figures}  ${targets}`.trimEnd());
  }
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
