import * as z from "zod";
import { chatSendArgs } from "../chat/chat-contract.ts";
import { lessonCreateInput, lessonUpdateArgs } from "../lessons/lessons-contract.ts";
import { tidemarkContract } from "../tidemark-contract.ts";
import { cspReport, cspReports } from "./csp-report.ts";

/** Bodies that are known by names of their own, beside the operations'. */
const namedSchemas: Readonly<Record<string, z.ZodType>> = {
  "lesson.create": lessonCreateInput,
  "lesson.update": lessonUpdateArgs,
  "chat.message": chatSendArgs,
  "csp.report": cspReport,
  "csp.reports": cspReports,
};

/** A JSON Schema (2020-12) per name: what the folder `schemas/` holds, as `{name}.json`. */
export function createJsonSchemas(): ReadonlyMap<string, object> {
  const operations = Object.entries(tidemarkContract.operations).map(([name, { args }]) => [name, args] as const);
  const all = new Map<string, z.ZodType>([...operations, ...Object.entries(namedSchemas)]);
  return new Map(
    [...all]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, schema]) => [name, { title: name, ...z.toJSONSchema(schema, { io: "input" }) }]),
  );
}

/** Which schemas the arguments of a REST call fit, by its procedure: an operator may make each of them stricter. */
export const schemasByProcedure: ReadonlyMap<string, readonly string[]> = new Map([
  ["lessons.create", ["lesson.create"]],
  ["lessons.update", ["lesson.update"]],
  ["chat.send", ["chat.message", "chat.send"]],
  ["chat.edit", ["chat.edit"]],
  ["chat.delete", ["chat.delete"]],
  ["chat.markRead", ["chat.markRead"]],
]);
