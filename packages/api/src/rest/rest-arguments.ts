import * as z from "zod";
import { TidemarkError } from "../errors.ts";

type ArgumentKind = "text" | "number" | "boolean" | "list" | "object";

/** What of a procedure's input a URL may carry: its text is read as what the schema asks for. */
export interface ArgumentReader {
  readonly names: readonly string[];
  /** Arguments out of a query string and a path; what cannot be read stays text, and the schema refuses it. */
  fromUrl(query: QueryValues, path: PathValues): Record<string, unknown>;
  /**
   * Arguments out of a body and a path.
   * @throws TidemarkError `BAD_REQUEST` where the two name different things.
   */
  fromBody(body: unknown, path: PathValues): unknown;
}

export type QueryValues = Readonly<Record<string, string | readonly string[] | undefined>>;
export type PathValues = Readonly<Record<string, string>>;

/** The part of JSON Schema that inputs are made of. */
interface ArgumentSchema {
  readonly type?: string;
  readonly anyOf?: readonly ArgumentSchema[];
  readonly properties?: Readonly<Record<string, ArgumentSchema>>;
  readonly required?: readonly string[];
}

/** Strict objects refuse what is not known; a path's own names are refused in a body or query for the same reason. */
export function createArgumentReader(input: z.ZodType | undefined): ArgumentReader {
  const schema: ArgumentSchema = input === undefined ? {} : describeSchema(input);
  const properties = Object.entries(schema.properties ?? {});
  const kinds = new Map(properties.map(([name, property]) => [name, kindOf(property)]));
  // What must be there but may be null is null where a URL or a body leaves it out.
  const nullable = properties.filter(([name, property]) => schema.required?.includes(name) && isNullable(property));
  const blanks = Object.fromEntries(nullable.map(([name]) => [name, null]));

  return {
    names: [...kinds.keys()],
    fromUrl(query, path) {
      const given = Object.entries(query).map(([name, value]) => [name, readValue(value, kinds.get(name))] as const);
      return { ...blanks, ...Object.fromEntries(given), ...path };
    },
    fromBody(body, path) {
      if (body === undefined || body === null) return { ...blanks, ...path };
      if (!isObject(body)) return body;
      refuseOtherThing(body, path);
      return { ...blanks, ...body, ...path };
    },
  };
}

export const describeSchema = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: "input" });

/** A body may repeat what the path says; saying something else is a mistake that nobody should guess about. */
function refuseOtherThing(body: object, path: PathValues): void {
  for (const [name, value] of Object.entries(path)) {
    const repeated: unknown = Object.hasOwn(body, name) ? Reflect.get(body, name) : value;
    if (repeated === value) continue;
    throw new TidemarkError("BAD_REQUEST", { message: `"${name}" lies in the path; leave it out of the body.` });
  }
}

function readValue(value: QueryValues[string], kind: ArgumentKind | undefined): unknown {
  if (kind === "list") return [value ?? []].flat().flatMap((part) => (part === "" ? [] : part.split(",")));
  if (typeof value !== "string") return value;
  if (kind === "number" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (kind === "object") return readJson(value);
  if (kind === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should have been.
    return text;
  }
}

function kindOf(schema: ArgumentSchema): ArgumentKind {
  const types = typesOf(schema);
  if (types.has("array")) return "list";
  if (types.has("integer") || types.has("number")) return "number";
  if (types.has("object")) return "object";
  return types.has("boolean") ? "boolean" : "text";
}

const isNullable = (schema: ArgumentSchema) => typesOf(schema).has("null");

function typesOf({ type, anyOf = [] }: ArgumentSchema): Set<string> {
  return new Set([...(type === undefined ? [] : [type]), ...anyOf.flatMap((part) => [...typesOf(part)])]);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
