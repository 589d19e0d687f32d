import { sql } from "drizzle-orm";
import * as fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import { toUtcText } from "./columns.ts";
import type { DatabaseHandle } from "./database.ts";
import { selectRows } from "./raw-rows.ts";

describeOnEveryDatabase("a time in the database", (context) => {
  let db: DatabaseHandle;
  beforeAll(async () => {
    ({ db } = await context.open());
  });

  /** A time as a person may write it: to the microsecond, in some zone. */
  const writtenTime = fc
    .tuple(
      fc.date({ min: new Date("1000-01-01"), max: new Date("9000-01-01"), noInvalidDate: true }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom("Z", "+00:00", "+05:45", "-11:00"),
    )
    .map(([date, micros, zone]) => `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}${zone}`);

  it("leaves it as UTC text with six decimals that names the same instant, and sorts as the times do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(writtenTime, { minLength: 1, maxLength: 50 }), async (times) => {
        const rows = await selectRows<{ time: string; written: string }>(
          db,
          sql`select written::timestamptz as time, written
              from json_array_elements_text(${JSON.stringify(times)}::text::json) as written
              order by written::timestamptz, written`,
        );
        const texts = rows.map(({ time }) => toUtcText(time));
        expect(texts).toEqual(texts.toSorted());
        for (const [index, { written }] of rows.entries()) {
          expect(texts[index]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
          expect(Date.parse(texts[index] ?? "")).toBe(Date.parse(written));
          expect(texts[index]?.slice(-4, -1)).toBe(/\.\d{3}(\d{3})/.exec(written)?.[1]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("refuses the text of a session in another zone instead of guessing", () => {
    expect(() => toUtcText("2026-11-22 10:00:00+01")).toThrow("session in UTC");
  });
});
