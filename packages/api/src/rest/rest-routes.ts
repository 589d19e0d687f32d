import * as z from "zod";
import { appRouter } from "../router.ts";
import { createArgumentReader, type ArgumentReader } from "./rest-arguments.ts";
import type { ProcedureMeta, RestMeta, RestMethod } from "./rest-meta.ts";

/** A procedure as it is found at a path. */
export interface RestRoute extends RestMeta {
  /** Its name in tRPC, such as `chat.send`. */
  readonly procedure: string;
  /** Unique: the procedure's name in camelCase. */
  readonly operationId: string;
  /** Every method that it is taken by. */
  readonly methods: readonly RestMethod[];
  /** Names of the arguments that lie in the path. */
  readonly pathNames: readonly string[];
  readonly input: z.ZodType | undefined;
  readonly arguments: ArgumentReader;
}

/** Every procedure of the application, in the router's order. */
export function listRestRoutes(): readonly RestRoute[] {
  return listProcedures(appRouter).map(([procedure, { meta, input }]) => ({
    ...meta.rest,
    procedure,
    operationId: procedure.replace(/\.(.)/g, (_dot, letter: string) => letter.toUpperCase()),
    methods: [meta.rest.method, ...(meta.rest.alsoByPost === true ? (["POST"] as const) : [])],
    pathNames: [...meta.rest.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    input,
    arguments: createArgumentReader(input),
  }));
}

/** Whether arguments travel in a body or in the query string. */
export const takesBody = (method: RestMethod): boolean => method === "POST" || method === "PATCH";

interface DescribedProcedure {
  readonly meta: ProcedureMeta;
  readonly input: z.ZodType | undefined;
}

function listProcedures(router: object): [string, DescribedProcedure][] {
  return flatten(Reflect.get(definitionOf(router), "procedures")).map(([name, procedure]) => {
    const { meta, inputs = [] }: ProcedureDefinition = definitionOf(procedure);
    if (!isProcedureMeta(meta)) throw new TypeError(`Procedure "${name}" does not say where REST finds it.`);
    const [input] = inputs;
    return [name, { meta, input: input instanceof z.ZodType ? input : undefined }];
  });
}

interface ProcedureDefinition {
  readonly meta?: unknown;
  readonly inputs?: readonly unknown[];
}

/** What tRPC keeps of a router or a procedure. */
function definitionOf(value: object): object {
  const definition: unknown = Reflect.get(value, "_def");
  if (typeof definition === "object" && definition !== null) return definition;
  throw new TypeError("This is neither a router nor a procedure.");
}

/** Procedures lie in nested records; a name joins the keys by dots. */
function flatten(procedures: unknown, prefix = ""): [string, object][] {
  if (typeof procedures !== "object" || procedures === null) return [];
  return Object.entries(procedures).flatMap(([key, value]: [string, unknown]): [string, object][] =>
    typeof value === "function" ? [[`${prefix}${key}`, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function isProcedureMeta(meta: unknown): meta is ProcedureMeta {
  return typeof meta === "object" && meta !== null && "rest" in meta;
}
