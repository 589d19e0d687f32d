import { randomUUID } from "node:crypto";
import * as z from "zod";
import { TidemarkError } from "../errors.ts";
import { createMemorySyncStore } from "./memory-sync-store.ts";
import { defineSyncContract } from "./sync-contract.ts";
import { createSyncEngine } from "./sync-engine.ts";
import type { PushOperation } from "./sync-protocol.ts";
import { ann, bob, deviceIdOf, operationIdOf, signWith } from "./todo-fixture.ts";

/** A contract with a field of every conflict strategy, and a window. */
const card = z.object({
  id: z.string(),
  title: z.string(),
  due: z.string(),
  tags: z.array(z.string()),
  note: z.string(),
  body: z.string(),
});
type Card = z.infer<typeof card>;

const cardContract = defineSyncContract({
  name: "cards",
  version: 4,
  entities: {
    card: {
      schema: card,
      scopeOf: () => "wall",
      window: 3,
      conflict: { title: "clientWins", due: "serverWins", tags: "merge", note: "manual", body: "lastWriterWins" },
    },
  },
  operations: {
    "card.put": { args: card },
    "card.edit": { args: card.partial().extend({ id: z.string() }), updates: "card" },
    "card.remove": { args: z.strictObject({ id: z.string() }) },
  },
  upgrades: {
    // Version 2 had `card.rename {id, name}`; version 3 took `card.shout` away.
    2: ({ name, args }) => (name === "card.rename" ? { name: "card.retitle", args } : { name, args }),
    3: ({ name, args }) => {
      if (name === "card.shout") return null;
      if (name !== "card.retitle") return { name, args };
      const old = z.object({ id: z.string(), name: z.string() }).parse(args);
      return { name: "card.edit", args: { id: old.id, title: old.name } };
    },
  },
});

interface CardRows extends Record<string, { readonly id: string }> {
  readonly card: Card;
}

export const firstCard: Card = { id: "c1", title: "t0", due: "d0", tags: ["a"], note: "n0", body: "b0" };

/** An engine that lets Ann and Bob do everything, its clock and the handlers' faults in the test's hands. */
export async function openCards() {
  let time = "2026-01-01T00:00:00.000Z";
  let fault: Error | undefined;
  const store = createMemorySyncStore<CardRows>({ now: () => time });
  const writes = { count: 0 };
  const engine = createSyncEngine({
    contract: cardContract,
    store: {
      ...store,
      write: (work) => {
        writes.count += 1;
        return store.write(work);
      },
    },
    sign: signWith("key"),
    now: () => Date.parse(time),
    newId: randomUUID,
    oldestVersion: 2,
    policy: {
      authorize: async () => ({ allowed: true }),
      readableScopes: async () => [{ scope: "wall", grant: 1 }],
    },
    handlers: {
      "card.put": async ({ tx, args, changes }) => {
        if (fault !== undefined) throw fault;
        await tx.put("card", args);
        changes.put("card", args);
      },
      "card.edit": async ({ tx, args, changes }) => {
        const current = await tx.get("card", args.id);
        if (current === undefined) throw new TidemarkError("NOT_FOUND", { message: "There is no such card." });
        const given = Object.entries(args).filter(([, value]) => value !== undefined);
        const row: Card = { ...current, ...Object.fromEntries(given) };
        await tx.put("card", row);
        changes.put("card", row);
        return row;
      },
      "card.remove": async ({ tx, args, changes }) => {
        const current = await tx.get("card", args.id);
        if (current === undefined) return;
        await tx.delete("card", args.id);
        changes.delete("card", current);
      },
    },
  });

  const devices = {
    annPhone: deviceIdOf(1),
    annLaptop: deviceIdOf(2),
    bobPhone: deviceIdOf(3),
    annTablet: deviceIdOf(4),
  };
  type DeviceName = keyof typeof devices;
  const userOf = (name: DeviceName) => (name === "bobPhone" ? bob : ann);
  const nextSeq = new Map<DeviceName, number>();
  let operationCount = 0;

  const operationOf = (device: DeviceName, name: string, args: unknown): PushOperation => {
    const seq = (nextSeq.get(device) ?? 0) + 1;
    nextSeq.set(device, seq);
    operationCount += 1;
    const at = "2026-01-01T00:00:00.000Z";
    return { id: operationIdOf(operationCount), seq, name, args, at };
  };
  const push = async (device: DeviceName, ...ops: PushOperation[]) =>
    (await engine.push(userOf(device), { deviceId: devices[device], ops })).results;
  const pull = (device: DeviceName, cursor: string | null = null, limit = 1000) =>
    engine.pull(userOf(device), { deviceId: devices[device], cursor, limit });

  return {
    engine,
    store,
    /** How many transactions the engine has begun. */
    writes,
    operationOf,
    push,
    pull,
    /** One edit, pushed at once. */
    edit: async (device: DeviceName, args: Partial<Card>, base?: number) => {
      const operation = operationOf(device, "card.edit", { id: "c1", ...args });
      const [result] = await push(device, { ...operation, ...(base !== undefined && { base }) });
      return result;
    },
    put: (device: DeviceName, row: Card) => push(device, operationOf(device, "card.put", row)),
    card: async () => store.read(({ tx }) => tx.get("card", "c1")),
    versionOf: async (device: DeviceName, id: string) =>
      (await pull(device)).changes.find((change) => change.entity === "card" && change.id === id)?.version,
    conflictsOf: async (device: DeviceName) =>
      (await pull(device)).changes.filter(({ entity, value }) => entity === "conflict" && value !== null),
    setTime: (now: string) => (time = now),
    /** Has `card.put` throw: `true` a bug, `false` nothing more. */
    breakPuts: (broken: boolean | Error) => {
      fault = typeof broken === "boolean" ? undefined : broken;
      if (broken === true) fault = new TypeError("a bug");
    },
  };
}
