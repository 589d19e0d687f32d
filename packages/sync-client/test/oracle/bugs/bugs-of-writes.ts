import { TidemarkError } from "@tidemark/api/errors";
import type { DeviceProgress, NewVerdict, PushOperation } from "@tidemark/api/server";
import type { ListsEngine, ServerParts } from "../server.ts";
import type { ListsWrite } from "../simulated-store.ts";
import { changeWrites, type PlantedBug } from "./planted-bug.ts";

type SaveVerdicts = ListsWrite["saveVerdicts"];

/** Operation ids mean nothing: every verdict is as good as the first. */
const withoutOperationIds = (transaction: ListsWrite): Pick<ListsWrite, "findVerdicts" | "saveVerdicts"> => ({
  findVerdicts: ({ bySeq }) => transaction.findVerdicts({ bySeq, byOperation: [] }),
  saveVerdicts: (verdicts, devices) =>
    transaction.saveVerdicts(
      verdicts.map((verdict) => ({ ...verdict, isFirst: false })),
      devices,
    ),
});

/** Remembers with which seq each device's newest push begins. */
const rememberFirstSeqs =
  (firstSeqs: Map<string, number>) =>
  (engine: ListsEngine): ListsEngine => ({
    ...engine,
    push: (user, input) => {
      firstSeqs.set(input.deviceId, input.ops[0]?.seq ?? 1);
      return engine.push(user, input);
    },
  });

/** Believes another `lastSeq` than the stored one. */
const believe =
  (lastSeqOf: (deviceId: string, stored: number) => number) =>
  (transaction: ListsWrite): Pick<ListsWrite, "lockDevices"> => ({
    async lockDevices(ids) {
      const devices = await transaction.lockDevices(ids);
      return new Map([...devices].map(([id, device]) => [id, { ...device, lastSeq: lastSeqOf(id, device.lastSeq) }]));
    },
  });

export const bugsOfWrites: readonly PlantedBug[] = [
  {
    name: "a seq is applied as often as it comes",
    breaks: ["I2", "I3"],
    plant() {
      const firstSeqs = new Map<string, number>();
      const forget = believe((id, stored) => Math.min(stored, (firstSeqs.get(id) ?? 1) - 1));
      return {
        engine: rememberFirstSeqs(firstSeqs),
        parts: (parts) =>
          changeWrites(parts, (transaction) => ({ ...withoutOperationIds(transaction), ...forget(transaction) })),
      };
    },
  },
  {
    name: "an operation id is not remembered beyond its device",
    breaks: ["I2"],
    plant: () => ({ parts: (parts) => changeWrites(parts, withoutOperationIds) }),
  },
  {
    name: "two pushes of one device run at once",
    breaks: ["I2", "I3"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, (transaction, store) => ({
          ...withoutOperationIds(transaction),
          async lockDevices(ids) {
            const devices = await store.read((snapshot) => Promise.all(ids.map((id) => snapshot.device(id))));
            return new Map(
              devices.flatMap((device) => (device === undefined ? [] : [[device.deviceId, device] as const])),
            );
          },
        })),
    }),
  },
  {
    name: "a gap in the seqs is accepted",
    breaks: ["I3"],
    plant() {
      const firstSeqs = new Map<string, number>();
      return {
        engine: rememberFirstSeqs(firstSeqs),
        parts: (parts) =>
          changeWrites(
            parts,
            believe((id, stored) => Math.max(stored, (firstSeqs.get(id) ?? 1) - 1)),
          ),
      };
    },
  },
  {
    name: "a rejected operation consumes no seq",
    breaks: ["I1", "I2", "I3"],
    plant: () => ({
      parts: (parts) => changeWrites(parts, ({ saveVerdicts }) => ({ saveVerdicts: upToRefusal(saveVerdicts) })),
    }),
  },
  {
    name: "verdicts are stored after the transaction",
    breaks: ["I1", "I2", "I3"],
    plant: () => ({ parts: afterTheTransaction }),
  },
  {
    name: "verdicts are stored before the transaction commits",
    breaks: ["I1", "I4"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, (_, store) => ({
          saveVerdicts: (verdicts, devices) => store.write((other) => other.saveVerdicts(verdicts, devices)),
        })),
    }),
  },
  {
    name: "a verdict is forgotten as soon as it is given",
    breaks: ["I1", "I2"],
    plant: () => ({
      engine: (engine, { store }) => ({
        ...engine,
        push: async (user, input) => {
          const output = await engine.push(user, input);
          await store.acknowledge({ deviceId: input.deviceId, ackSeq: output.lastSeq });
          return output;
        },
      }),
    }),
  },
  {
    name: "a replay is answered as if it were new",
    breaks: ["I2"],
    plant: () => ({
      engine: (engine) => ({
        ...engine,
        push: async (user, input) => {
          const output = await engine.push(user, input);
          const results = output.results.map((result) =>
            result.status === "duplicate" ? (result.of ?? result) : result,
          );
          return { ...output, results };
        },
      }),
    }),
  },
  {
    name: "a database that is away is a refusal",
    breaks: ["I1", "I2"],
    plant: () => ({
      engine: (engine) => ({
        ...engine,
        push: async (user, input) => {
          try {
            return await engine.push(user, input);
          } catch (error) {
            if (!(error instanceof TidemarkError && error.code === "UNAVAILABLE")) throw error;
            const refusal = { status: "rejected", error: { code: "UNAVAILABLE", message: error.message } } as const;
            const results = input.ops.map(({ id, seq }) => ({ id, seq, ...refusal }));
            return { epoch: "epoch 1", lastSeq: results.at(-1)?.seq ?? 0, results };
          }
        },
      }),
    }),
  },
  {
    name: "a group is applied in parts",
    breaks: ["I5"],
    plant: () => ({
      engine: (engine) => ({
        ...engine,
        push: (user, input) => engine.push(user, { ...input, ops: input.ops.map(alone) }),
      }),
    }),
  },
  {
    name: "half of a transaction's rows are recorded after it",
    breaks: ["I9", "I5", "I8"],
    plant: () => ({ parts: recordHalfLater }),
  },
  {
    name: "deletions are not recorded",
    breaks: ["I8"],
    plant: () => ({
      parts: (parts) =>
        changeWrites(parts, ({ recordChanges }) => ({
          recordChanges: (changes) => recordChanges(changes.filter(({ value }) => value !== null)),
        })),
    }),
  },
];

const alone = ({ group: _group, ...operation }: PushOperation): PushOperation => operation;

/** Keeps the verdicts before a device's first refusal. */
function upToRefusal(saveVerdicts: SaveVerdicts): SaveVerdicts {
  return (verdicts, devices) => {
    const refusedAt = new Map<string, number>();
    for (const { deviceId, seq, text } of verdicts) {
      if (text.includes(`"status":"rejected"`) && !refusedAt.has(deviceId)) refusedAt.set(deviceId, seq);
    }
    const endOf = (deviceId: string) => refusedAt.get(deviceId) ?? Infinity;
    return saveVerdicts(
      verdicts.filter(({ deviceId, seq }) => seq < endOf(deviceId)),
      devices.map((device) => ({ ...device, lastSeq: Math.min(device.lastSeq, endOf(device.deviceId) - 1) })),
    );
  };
}

function afterTheTransaction(parts: ServerParts): ServerParts {
  const { store } = parts;
  return {
    ...parts,
    store: {
      ...store,
      async write(work) {
        const saved: (readonly [readonly NewVerdict[], readonly DeviceProgress[]])[] = [];
        const result = await store.write((transaction) =>
          work({ ...transaction, saveVerdicts: async (...verdicts) => void saved.push(verdicts) }),
        );
        for (const [verdicts, devices] of saved) await store.write((other) => other.saveVerdicts(verdicts, devices));
        return result;
      },
    },
  };
}

function recordHalfLater(parts: ServerParts): ServerParts {
  const { store } = parts;
  return {
    ...parts,
    store: {
      ...store,
      async write(work) {
        const later: Parameters<ListsWrite["recordChanges"]>[0][] = [];
        const result = await store.write((transaction) =>
          work({
            ...transaction,
            recordChanges(changes) {
              const middle = Math.ceil(changes.length / 2);
              later.push(changes.slice(middle));
              return transaction.recordChanges(changes.slice(0, middle));
            },
          }),
        );
        for (const changes of later) await store.write((other) => other.recordChanges(changes));
        return result;
      },
    },
  };
}
