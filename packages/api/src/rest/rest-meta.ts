import type * as z from "zod";

export type RestMethod = "GET" | "POST" | "PATCH" | "DELETE";

/** Where a procedure is found outside of tRPC, and what its description says. */
export interface RestMeta {
  readonly method: RestMethod;
  /** Below `/api`, without a trailing slash; `{name}` is an argument that lies in the path. */
  readonly path: `/${string}`;
  /** The group that it is described in. */
  readonly tag: string;
  /** One line: what it does. */
  readonly summary: string;
  /** What else a caller should know. */
  readonly description?: string;
  /** What it answers. Described and tested, not run over each answer: our own code made it. */
  readonly output: z.ZodType;
  /** Also taken by POST with a body, where a query string may become too long. */
  readonly alsoByPost?: boolean;
  /** Anybody may call it, signed in or not. */
  readonly isPublic?: boolean;
}

/** What every procedure says about itself. */
export interface ProcedureMeta {
  readonly rest: RestMeta;
}
