import type { InferInput, InferOutput, StandardSchema } from "./standard-schema.ts";
import {
  systemEntities,
  systemOperations,
  type SystemIndexes,
  type SystemOperationSchemas,
  type SystemSchemas,
} from "./system-contract.ts";
import type { OperationUpgrades } from "./upgrade-operation.ts";

/**
 * What happens when two devices changed the same field from the same base. Chat text is `lastWriterWins` by the server's
 * order; the others decide against the writer's `base` version.
 */
export type ConflictStrategy = "lastWriterWins" | "clientWins" | "serverWins" | "merge" | "manual";

/** Every entity row has an id that is unique within its entity. */
export interface SyncRow {
  readonly id: string;
}

export interface EntityDefinition<Schema extends StandardSchema, Indexes> {
  /** The row's shape; its output type has an `id: string`. */
  readonly schema: Schema;
  /** The one scope that a row lies in, such as `lesson:{id}`. Visibility is decided per scope, never within one. */
  readonly scopeOf: (row: InferOutput<Schema>) => string;
  /** Named indexes for live queries: a list of fields each, compared left to right. */
  readonly indexes?: Indexes;
  /** How many of the newest live rows of a scope a first pull brings; the app asks for older ones. Absent: all. */
  readonly window?: number;
  /** Strategy per field; a field without one is `lastWriterWins`. */
  readonly conflict?: { readonly [Field in keyof InferOutput<Schema>]?: ConflictStrategy };
}

export interface OperationContext {
  /** Who wrote the operation. */
  readonly user: { readonly id: string };
  /** When the device queued it: ISO time by the device's clock, for display only. */
  readonly at: string;
}

/** How `optimistic` functions see and change the local rows. They run again over every pulled state (rebase). */
export interface OptimisticTransaction<Rows extends Record<string, SyncRow>> {
  get<Name extends keyof Rows>(entity: Name, id: string): Rows[Name] | undefined;
  /** Writes a whole row, replacing what was there. */
  put<Name extends keyof Rows>(entity: Name, row: Rows[Name]): void;
  /** Changes fields of a row; a row that does not exist (any more) stays absent. */
  patch<Name extends keyof Rows>(entity: Name, id: string, fields: Partial<Rows[Name]>): void;
  delete(entity: keyof Rows, id: string): void;
}

export interface OperationDefinition<Rows extends Record<string, SyncRow>, Args extends StandardSchema> {
  readonly args: Args;
  /**
   * The entity whose row `args.id` the operation changes field by field: its other arguments are fields of that row, and
   * the entity's `conflict` strategies decide where another device changed them after the author's `base`.
   */
  readonly updates?: keyof Rows & string;
  /**
   * The operation's effect on local rows, shown at once and run again over newer rows until the server's result has
   * arrived. It must not depend on anything but its arguments.
   */
  readonly optimistic?: (tx: OptimisticTransaction<Rows>, args: InferOutput<Args>, context: OperationContext) => void;
}

export type SchemaMap = Record<string, StandardSchema>;
type RowSchemaMap = Record<string, StandardSchema<unknown, SyncRow>>;
export type RowsOf<Schemas extends SchemaMap> = {
  [Name in keyof Schemas]: InferOutput<Schemas[Name]> extends SyncRow ? InferOutput<Schemas[Name]> : never;
};
/** Index names with the fields that each compares, in order. */
type FieldIndexes<Schema> = Schema extends StandardSchema
  ? Readonly<Record<string, readonly (keyof InferOutput<Schema> & string)[]>>
  : never;

/** What a contract may say beside its rows and operations. */
export interface ContractOptions {
  /**
   * The scopes that every device of a person pulls; it adds others by `sync.subscribe(scope)`. The person's own scope is
   * always among them. Absent: everything that the person may read.
   */
  readonly defaultScopes?: ((context: { readonly user: { readonly id: string } }) => readonly string[]) | undefined;
  /**
   * How to bring operations of older versions up to date, by the version they were written under: `upgrades[1]` makes an
   * operation of version 1 one of version 2, or answers `null` when it means nothing there any more. A device upgrades
   * what it has queued, a server what older devices push. An operation without a way to the newest version is refused
   * with `CONTRACT_TOO_OLD`, and its author decides. Each must depend on nothing but what it is given.
   */
  readonly upgrades?: OperationUpgrades | undefined;
}

export interface SyncContract<
  Entities extends SchemaMap = SchemaMap,
  Operations extends SchemaMap = SchemaMap,
  Indexes = unknown,
> extends ContractOptions {
  readonly name: string;
  /** Rises by one with every change that an older client could not follow. */
  readonly version: number;
  readonly entities: {
    readonly [Name in keyof Entities]: EntityDefinition<
      Entities[Name],
      Name extends keyof Indexes ? Indexes[Name] : undefined
    >;
  };
  readonly operations: {
    readonly [Name in keyof Operations]: OperationDefinition<RowsOf<Entities>, Operations[Name]>;
  };
}

/** Any contract, for code that is generic over it. */
export interface AnySyncContract extends ContractOptions {
  readonly name: string;
  readonly version: number;
  readonly entities: object;
  readonly operations: object;
}

/** The contract's rows by entity name. */
export type ContractRows<Contract> =
  Contract extends SyncContract<infer Entities, infer _O, infer _I> ? RowsOf<Entities> : never;
/** An entity's row type. */
export type EntityRow<Contract, Name extends keyof ContractRows<Contract>> = ContractRows<Contract>[Name];
/** An operation's arguments as a caller gives them (before defaults and transforms). */
export type OperationInput<Contract, Name> =
  Contract extends SyncContract<infer _E, infer Operations, infer _I>
    ? Name extends keyof Operations
      ? InferInput<Operations[Name]>
      : never
    : never;
/** An operation's arguments as handlers and `optimistic` functions get them. */
export type OperationArgs<Contract, Name> =
  Contract extends SyncContract<infer _E, infer Operations, infer _I>
    ? Name extends keyof Operations
      ? InferOutput<Operations[Name]>
      : never
    : never;
export type OperationName<Contract> =
  Contract extends SyncContract<infer _E, infer Operations, infer _I> ? keyof Operations & string : never;
export type EntityName<Contract> = keyof ContractRows<Contract> & string;

/**
 * Declares what a client and a server agree on: rows, operations and their local effect. Import it on both sides; it
 * needs nothing but the schema library.
 *
 * @example
 * const contract = defineSyncContract({
 *   name: "todos",
 *   version: 1,
 *   entities: { todo: { schema: todo, scopeOf: (row) => `list:${row.listId}`, indexes: { byList: ["listId"] } } },
 *   operations: {
 *     "todo.add": { args: todo, optimistic: (tx, args) => tx.put("todo", args) },
 *   },
 * });
 *
 * @throws TypeError when a name cannot go over the wire (names are dotted words), an operation's name begins with another's (`chat.send.all` lies below `chat.send`), the version is not a positive integer, or
 * an upgrade starts from a version that is not an older one.
 */
export function defineSyncContract<
  const Entities extends RowSchemaMap,
  const Operations extends SchemaMap,
  const Indexes,
>(
  definition: ContractOptions & {
    readonly name: string;
    readonly version: number;
    readonly entities: {
      readonly [Name in keyof Entities]: Omit<EntityDefinition<Entities[Name], unknown>, "indexes">;
    } & {
      readonly [Name in keyof Indexes]: {
        readonly indexes?: Indexes[Name] & FieldIndexes<Name extends keyof Entities ? Entities[Name] : never>;
      };
    };
    readonly operations: {
      readonly [Name in keyof Operations]: OperationDefinition<RowsOf<Entities>, Operations[Name]>;
    };
  },
): SyncContract<Entities & SystemSchemas, Operations & SystemOperationSchemas, Indexes & SystemIndexes> {
  if (!Number.isSafeInteger(definition.version) || definition.version < 1) {
    throw new TypeError(
      `Contract "${definition.name}": version must be a positive integer, got ${definition.version}.`,
    );
  }
  for (const from of Object.keys(definition.upgrades ?? {})) {
    if (Number.isInteger(+from) && +from >= 1 && +from < definition.version) continue;
    throw new TypeError(
      `Contract "${definition.name}": upgrades[${from}] starts from no version before ${definition.version}.`,
    );
  }
  for (const name of [...Object.keys(definition.entities), ...Object.keys(definition.operations)]) {
    if (Object.hasOwn(systemEntities, name) || Object.hasOwn(systemOperations, name)) {
      throw new TypeError(`Contract "${definition.name}": "${name}" is the engine's own name; take another.`);
    }
    if (!/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/.test(name)) {
      throw new TypeError(
        `Contract "${definition.name}": "${name}" is not a dotted camelCase name, such as "chat.send".`,
      );
    }
    // `mutate.constructor` is there before any operation is.
    if (name.split(".").some((word) => word in Object.prototype)) {
      throw new TypeError(`Contract "${definition.name}": "${name}" has a word that every object has; take another.`);
    }
  }
  const operations = Object.keys(definition.operations);
  const below = operations.find((name) => operations.some((other) => name.startsWith(`${other}.`)));
  if (below !== undefined) {
    throw new TypeError(
      `Contract "${definition.name}": operation "${below}" lies below another operation; rename one.`,
    );
  }
  const contract: unknown = {
    ...definition,
    entities: { ...definition.entities, ...systemEntities },
    operations: { ...definition.operations, ...systemOperations },
  };
  return Object.freeze(contract) as ReturnType<typeof defineSyncContract<Entities, Operations, Indexes>>;
}
